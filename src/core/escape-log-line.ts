import { showInvisible } from './invisible.ts';

/** Control characters hide or move text. The tab and color sequences don't. */
const CONTROL = /(?!\t|\p{Cc}\[[\d;]*m)\p{Cc}/gu;

/**
 * Escapes text for a log line, so that the runner can't read it as a workflow command (`::set-output …`, `##[error]…`).
 * `@actions/core` writes log lines unescaped, so a server's answer could set variables of the job. The runner trims more characters
 * from the start of a line than JavaScript's white space.
 */
export function escapeLogLine(line: string): string {
  return showInvisible(line.replace(CONTROL, '\ufffd'))
    .replace(/^([\s\p{C}]*)::/u, '$1:\u200b:')
    .replaceAll('##[', '##\u200b[');
}
