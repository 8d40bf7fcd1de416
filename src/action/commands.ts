import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';

/**
 * The runner's workflow commands and command files (GitHub docs, "Workflow commands"). Written here, because `@actions/core`
 * loads its HTTP client at start, which alone would double the start-up of every action.
 */
export function command(
  name: string,
  properties: Readonly<Record<string, string | undefined>>,
  message: string,
): string {
  const given = Object.entries(properties).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${escapeProperty(value)}`],
  );
  return `::${name}${given.length > 0 ? ` ${given.join(',')}` : ''}::${escapeData(message)}`;
}

/** Appends `name<<delimiter … delimiter` to a command file; the delimiter is random, so a value can't end it early. */
export function appendKeyValue(file: string, name: string, value: string): void {
  const delimiter = `ghadelimiter_${randomUUID()}`;
  appendFileSync(file, `${name}<<${delimiter}\n${value}\n${delimiter}\n`);
}

/** Control characters but the tab, and but colours: they hide text, or move it to where it was not written. */
const CONTROL = /(?!\t|\p{Cc}\[[\d;]*m)\p{Cc}|\p{Bidi_Control}/gu;

/**
 * Foreign text as a log line that the runner can't take for a command (`::set-output …`, `##[error]…`), and that says what it shows.
 * The runner trims more from a line's beginning than JavaScript calls white space.
 */
export function harmless(line: string): string {
  return line
    .replace(CONTROL, '\ufffd')
    .replace(/^([\s\p{C}]*)::/u, '$1:\u200b:')
    .replaceAll('##[', '##\u200b[');
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
