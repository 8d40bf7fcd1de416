/** A workflow command as the runner reads it from a line of output. */
export interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** The command in a line, or `undefined` where the line is only text. Commands that the runner refuses today (`set-output`, `set-env`) are an error. */
export function readCommand(line: string): Command | undefined {
  const match = /^\s*::([a-z-]+)(?: ([^:]*))?::(.*)$/.exec(line);
  if (!match) return undefined;
  const [, name = '', properties = '', message = ''] = match;
  if (!['debug', 'notice', 'warning', 'error', 'group', 'endgroup', 'add-mask'].includes(name)) {
    throw new Error(`the runner refuses the command in: ${line}`);
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

/** The line in which a step gives the runner a command. */
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

function escaped(text: string, signs: RegExp): string {
  return text.replace(signs, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

function unescaped(text: string): string {
  return text.replace(/%(25|0D|0A|3A|2C)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
