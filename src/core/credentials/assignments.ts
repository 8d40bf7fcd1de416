import type { Range } from '../ranges.ts';
import { trimEndOf } from '../trim-end.ts';
import { isImageTag, isPlaceholder, isPublicValue } from './harmless-values.ts';

/** What names a credential for certain, at the end of a longer name as well: `DB_PASSWORD`, `--client-secret`. */
const CERTAIN = [
  'pass(?:word|wd|phrase)',
  '(?<![A-Za-z])pwd',
  '(?<=PG|MYSQL_|_)PWD',
  '(?<![A-Za-z])pass',
  '(?:client|app|shared|signing|webhook|consumer|oauth)[_-]?secret',
  '(?:access|refresh|id|auth|session|bearer|security|sas|api|bot|personal)[_-]?token',
  '(?:api|access|secret|account|private|shared|signing|encryption|master|storage|function|host|subscription)[_-]?key',
  'shared[_-]?access[_-]?(?:key|signature)',
  'dockerconfigjson',
  'client-key-data',
  '_auth',
  'secret_key_base',
  '(?<=[A-Za-z0-9]_)(?:secret|token|pw)',
  'credentials?',
];
/** What also names other things: their values are hidden only if they look random. */
const POSSIBLE = [
  'secret',
  'token',
  '(?:app|application|license|hmac|jwt|aes|cookie|stripe|ingest(?:ion)?|admin|write)[_-]?key',
  'jsessionid|phpsessid|connect\\.sid',
];

/**
 * Between the name and the value, in YAML, JSON (also inside a JSON string), shells, Go, Ruby, XML and LDIF. A string can stand in a list
 * (`["…"]`), have a prefix (`b'…'`) or a constructor (`Some("…")`).
 */
const SEPARATOR = String.raw`(?:\\{0,7}["'])?\s{0,8}(?::=|=>|=(?!=)|::?(?=\s)|:)\s{0,8}(?:(?:\[\s{0,8}|[bur]{1,2}|[\w.]{1,20}\()(?=\\{0,7}["']))?`;
const VALUE = [
  String.raw`(?<slashes>\\{1,7})"(?<inJson>(?:[^"\\\n]|\\+(?!["\\])|(?!\k<slashes>")\\+")*)`,
  String.raw`"(?<double>(?:[^"\\\n]|\\[^\n]|""(?=\w))*)"?`,
  // YAML and SQL write two quotes for one, a shell `'\\''`.
  String.raw`'(?<single>(?:[^'\\\n]|\\[^\n]|''(?=\w)|'\\'')*)'?`,
  String.raw`(?<braced>\{[^{}"'\\\n]*\})(?=;|$)`,
  String.raw`(?<bare>(?:[^\s"'\`\\<>;&|]|\\[^\s"'\`])+)`,
].join('|');

const ASSIGNMENT = new RegExp(
  `(?:(?<certain>${CERTAIN.join('|')})|${POSSIBLE.join('|')})${SEPARATOR}(?:${VALUE})`,
  'dgi',
);
/** `name: DB_PASSWORD, value: hunter2`, as lists of variables and elements of XML have it. */
const NAMED = new RegExp(
  String.raw`\b(?:name|key)QUOTE\s{0,4}[:=]\s{0,4}QUOTE[\w.-]{0,60}(?:${CERTAIN.join('|')})QUOTE[\s,]{1,40}QUOTEvalueQUOTE\s{0,4}[:=]\s{0,4}(?:${VALUE})`.replaceAll(
    'QUOTE',
    String.raw`(?:\\{0,7}["'])?`,
  ),
  'dgi',
);
/** `--password hunter2`, `login ada password hunter2` (.netrc). Not `--secret id=…` of a build. */
const ARGUMENT =
  /(?:(?<=\s|^|["'[])--?[\w-]{0,40}(?:password|passwd|secret|token|api-key|access-key|secret-key)["']?(?:=|,?\s{1,4})["']?|\blogin\s{1,4}\S{1,200}\s{1,4}password\s{1,4})(?!id=|type=)(?<value>[^\s"'`\\-][^\s"'`\\]*)/dgi;
/** `curl -u user:password`, `docker login -p password`, `sshpass -p password`, `mysql -ppassword`, `redis-cli -a password`. */
const USER_ARGUMENT =
  /(?:\s(?:-u|--user)[\s=]{1,4}["']?(?!\d+:\d+(?![^\s"']))[^\s:"'\\]{1,200}:|\bcurl\s(?:[^\n|]{0,80}?\s)?-[A-Za-z]{0,6}u\s{0,4}["']?[^\s:"'\\]{1,200}:|\b(?:docker|podman|buildah|skopeo|nerdctl|helm|oras|crane|az)\s(?:[^\n|]{0,80}?\s)?login\s(?:[^\n|]{0,80}?\s)?-p\s{0,4}["']?|\bsshpass\s{1,4}-p\s{0,4}["']?|\bmysql\w{0,6}\s(?:[^\n|]{0,80}?\s)?-p|\bredis-cli\s(?:[^\n|]{0,80}?\s)?-a\s{1,4})(?<value>[^\s"'`\\]+)/dg;
/** `<password>hunter2</password>` */
const ELEMENT = /<[\w:.-]{0,40}(?:password|passphrase|secret|token|api-?key|private-?key)>(?<value>[^<\\"]+)(?=<)/dgi;
/** `jdbc:oracle:thin:scott/tiger@db` */
const ORACLE = /\bjdbc:oracle:\w{1,9}:[^/\s@]{1,200}\/(?<value>[^\s@"'\\]+)(?=@)/dgi;
/** Headers with their whole line, in the forms of HTTP, curl, JSON, Go's map[…] and lists of names and values. */
const HEADER =
  /\b(?:(?:proxy-)?authorization|(?:set-)?cookie)(?:(?:\\{0,7}["'])?\s{0,4}[:=]|\\{0,7}["']\s{0,4},(?=\s{0,20}\\{0,7}["']))\s{0,20}\[?(?:\\{0,7}["'])?(?<scheme>(?:bearer|basic|token|digest|negotiate|apikey|splunk|aws4-hmac-sha256)\s{1,4})?(?<value>(?:[^"'`\\\r\n\]<>]|\\[^"'`rn])+)/dgi;
const BEARER = /\bbearer\s{1,4}(?<value>[\w.~+/-]{16,}={0,2})/dgi;
/** `Basic dXNlcjpwYXNz`, `"auth": "dXNlcjpwYXNz"` (a Docker config). */
const BASIC = /(?:\bbasic\s{1,4}|\bauth(?:\\{0,7}")\s{0,4}:\s{0,4}(?:\\{0,7}"))(?<value>[A-Za-z0-9+/_-]{6,}={0,2})/dgi;

/** Finds values that a text itself calls a password, a token, a key … */
export function assignedCredentialsIn(text: string): Range[] {
  return [
    ...assignmentsIn(text, ASSIGNMENT),
    ...assignmentsIn(text, NAMED),
    ...valuesOf(text, ARGUMENT).filter(({ value }) => !isPlaceholder(value)),
    ...valuesOf(text, USER_ARGUMENT),
    ...[ELEMENT, ORACLE].flatMap((pattern) => valuesOf(text, pattern)),
    ...valuesOf(text, HEADER).filter(({ value, scheme }) => isHeaderValue(value, scheme)),
    ...valuesOf(text, BEARER),
    ...valuesOf(text, BASIC).filter(({ value }) => isUserAndPassword(atob64(value))),
  ];
}

/** `name:password` in printable characters. */
function isUserAndPassword(text: string): boolean {
  return text.includes(':') && /^[\x20-\x7e]*$/.test(text);
}

interface Value extends Range {
  readonly value: string;
  /** Of an Authorization header: `Bearer `, `Basic ` … */
  readonly scheme: string | undefined;
}

function valuesOf(text: string, pattern: RegExp): Value[] {
  return [...text.matchAll(pattern)].flatMap((match) => {
    const [start, end] = match.indices?.groups?.['value'] ?? [0, 0];
    return end > start ? [{ start, end, value: text.slice(start, end), scheme: match.groups?.['scheme'] }] : [];
  });
}

function assignmentsIn(text: string, pattern: RegExp): Range[] {
  return [...text.matchAll(pattern)].flatMap((match) => {
    const { groups = {}, indices } = match;
    const isCertain = pattern === NAMED || groups['certain'] !== undefined;
    for (const form of ['inJson', 'double', 'single', 'braced', 'bare']) {
      const [start, end] = indices?.groups?.[form] ?? [0, 0];
      if (end <= start) continue;
      const value = form === 'bare' ? bareValue(text, match.index, start, end) : text.slice(start, end);
      if (form !== 'braced' && (isPlaceholder(value) || isPublicValue(value))) return [];
      if (form === 'bare' && text[start - 1] === ':' && isImageTag(text, match.index, value)) return [];
      const isAfterColon = form === 'bare' && /:\s+$/.test(text.slice(match.index, start));
      const rest = text.slice(start + value.length, start + value.length + 2);
      if (isAfterColon && isPartOfMessage(value, rest)) return [];
      if (isCertain ? isAfterColon && isWordOfSentence(value, rest) : !looksRandom(value)) return [];
      return { start, end: start + value.length };
    }
    return [];
  });
}

/** Without the punctuation after it. In a connection string (`Server=db;Password=two words;`) it ends at the next semicolon. */
function bareValue(text: string, name: number, start: number, end: number): string {
  if (!/;\s?$/.test(text.slice(Math.max(0, name - 2), name))) return trimEndOf(text.slice(start, end), ',.:)]}');
  const rest = /[^;"'`\\\r\n<>]{0,200}/y;
  rest.lastIndex = end;
  return text.slice(start, end + (rest.exec(text)?.[0].length ?? 0));
}

/** `invalid password: must have a digit` */
function isWordOfSentence(value: string, rest: string): boolean {
  return /^[A-Za-z]+$/.test(value) && /^ \S/.test(rest);
}

/** `can't get a token: oauth2: cannot fetch it`: each program puts its own words before those of another. */
function isPartOfMessage(value: string, rest: string): boolean {
  return /^\w[\w-]*$/.test(value) && value.length < 20 && rest === ': ';
}

/** A path, a name or a number in words isn't random; a digit among letters is, and so is a long mix. */
function looksRandom(value: string): boolean {
  if (/^[./~]|^\d{1,6}$/.test(value)) return false;
  if (/^(?:[a-z]+[-_./])*[a-z]+$/i.test(value)) return value.length >= 20 && !/[-_./]/.test(value);
  return value.length >= 6;
}

/** Not a word in a sentence such as `invalid token: expected …`. */
function isHeaderValue(value: string, scheme: string | undefined): boolean {
  const [first = ''] = value.split(/\s/);
  const isKnownScheme = scheme !== undefined && !/^\s/.test(value.slice(first.length));
  return !isPlaceholder(first) && (isKnownScheme || looksRandom(first) || /[=:]/.test(first));
}

function atob64(text: string): string {
  return Buffer.from(text, 'base64').toString('latin1');
}
