/** A workflow command that the runner parsed from a log line. */
export interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** Parses the command in a line; `undefined` if there is none. @throws for a command that the runner no longer supports, such as `set-output`. */
export function readCommand(line: string): Command | undefined {
  const match = /^\s*::([a-z-]+)(?: ([^:]*))?::(.*)$/.exec(line);
  if (!match) return undefined;
  const [, name = '', properties = '', message = ''] = match;
  if (!['debug', 'notice', 'warning', 'error', 'group', 'endgroup', 'add-mask'].includes(name)) {
    throw new Error(`the runner does not support the command in: ${line}`);
  }
  const pairs = properties.split(',').filter((pair) => pair.includes('='));
  return {
    name,
    properties: Object.fromEntries(
      pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), unescaped(pair.slice(pair.indexOf('=') + 1))]),
    ),
    message: unescaped(message),
  };
}

/** Formats a workflow command as a log line. */
export function writeCommand(
  name: string,
  properties: Readonly<Record<string, string | undefined>>,
  message: string,
): string {
  const given = Object.entries(properties).flatMap(([key, value]) =>
    value ? [`${key}=${escaped(value, /[%\r\n:,]/g)}`] : [],
  );
  return `::${[name, given.join(',')].filter(Boolean).join(' ')}::${escaped(message, /[%\r\n]/g)}`;
}

function escaped(text: string, characters: RegExp): string {
  return text.replace(
    characters,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

function unescaped(text: string): string {
  return text.replace(/%(25|0D|0A|3A|2C)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
