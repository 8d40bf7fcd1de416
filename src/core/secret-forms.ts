import { escapeMarkup } from './markdown.ts';
import { trimEndOf } from './trim-end.ts';
import type { Word } from './word-finder.ts';

const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** The usual escapes: of JSON, Markdown text and code, URLs, HTML, the shell, YAML and CSV. */
const ESCAPES: readonly ((secret: string) => string)[] = [
  (secret) => JSON.stringify(secret).slice(1, -1),
  escapeMarkup,
  (secret) => secret.replaceAll('|', '\\|'),
  (secret) => encodeURIComponent(secret.toWellFormed()),
  (secret) => secret.replace(/[&<>"']/g, (sign) => HTML[sign] ?? sign),
  (secret) => secret.replaceAll("'", "'\\''"),
  (secret) => secret.replaceAll("'", `'"'"'`),
  (secret) => secret.replaceAll("'", "''"),
  (secret) => secret.replaceAll('"', '""'),
];

/** How many bytes before a secret can share a group of three with its start. */
const ALIGNMENTS = [0, 1, 2];

/** Shorter parts of a Base64 text would be found in ordinary text. */
const SHORTEST_CORE = 5;

/**
 * A secret as it is written in other alphabets: Base64 and base64url, alone or as a part of a longer text, and hexadecimal.
 * Of the escapes (JSON, URL, HTML, shell) only the most usual ones are among them, because a secret may contain an escape of another kind:
 * `decodedViews` undoes all kinds at once.
 */
export function secretForms(secret: string): readonly Word[] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  const escaped = ESCAPES.map((write) => write(secret)).filter((text) => text !== secret);
  return [
    { text: secret },
    ...escaped.map((text) => ({ text })),
    { text: bytes.toString('base64') },
    ...both(trimEndOf(bytes.toString('base64'), '=')).filter(({ text }) => text.length >= 6),
    // Base64 of a JSON text, such as a Docker config, contains the secret as JSON writes it.
    ...[...new Set([secret, JSON.stringify(secret).slice(1, -1)])].flatMap((text) =>
      ALIGNMENTS.flatMap((before) => base64Core(Buffer.from(text), before)),
    ),
    ...(bytes.length < 4 ? [] : [{ text: hex }, { text: hex.toUpperCase() }]),
  ];
}

/**
 * The Base64 characters that don't depend on what surrounds the secret.
 * @param before how many bytes of the surrounding text share a group of three bytes with its start
 */
function base64Core(bytes: Buffer, before: number): readonly Word[] {
  const padded = Buffer.concat([Buffer.alloc(before), bytes]);
  const core = padded.toString('base64').slice(Math.ceil((before * 4) / 3), Math.floor((padded.length * 4) / 3));
  if (core.length < SHORTEST_CORE) return [];
  return both(core, { sharesStart: before > 0, sharesEnd: padded.length % 3 > 0 });
}

/**
 * Forms in which passwords and tokens are written, but hardly ever keys of many lines: they would take much memory for each line.
 */
export function rareForms(secret: string): readonly Word[] {
  const bytes = Buffer.from(secret);
  return [
    // The login in a Docker config, which a Secret of Kubernetes holds in Base64 again.
    ...ALIGNMENTS.flatMap((before) => base64Core(bytes, before)).flatMap(({ text }) =>
      ALIGNMENTS.flatMap((before) => base64Core(Buffer.from(text), before)),
    ),
    // The commands that PowerShell encodes.
    ...ALIGNMENTS.flatMap((before) => base64Core(Buffer.from(secret, 'utf16le'), before)),
    ...(bytes.length < 4 ? [] : byteLists(bytes)),
  ];
}

/** As Go, Node, Python and `openssl` print bytes. */
function byteLists(bytes: Buffer): readonly Word[] {
  const decimal = [...bytes].map(String);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));
  const written = [
    ...[' ', ',', ', '].map((between) => decimal.join(between)),
    ...[' ', ':'].map((between) => hex.join(between)),
    ...[',', ', '].map((between) => hex.map((digits) => `0x${digits}`).join(between)),
  ];
  return written.map((text) => ({ text }));
}

/** In both alphabets of RFC 4648. */
function both(text: string, shares: Omit<Word, 'text'> = {}): readonly Word[] {
  return [...new Set([text, text.replaceAll('+', '-').replaceAll('/', '_')])].map((one) => ({ text: one, ...shares }));
}
