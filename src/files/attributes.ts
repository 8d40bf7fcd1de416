import { ignoreRules } from './ignore.ts';

export interface AttributesFile {
  /** Where it lies, with `/` at the end; empty for the top. */
  readonly folder: string;
  readonly text: string;
}

/** Names with their values; `true` for one that is set to none. What is unset is not among them. */
export type Attributes = ReadonlyMap<string, string>;

type Setting = readonly [name: string, value: string | undefined];

interface Line {
  readonly pattern: string;
  readonly settings: readonly Setting[];
}

/**
 * What git's attributes files say of a file (gitattributes(5)).
 * @param files in rising order: what a later one says wins, and in each the later line.
 */
export function attributeRules(files: readonly AttributesFile[]): (path: string) => Attributes {
  const macros = new Map<string, readonly Setting[]>();
  const rules = files.flatMap(({ folder, text }) =>
    linesOf(text).flatMap(({ pattern, settings }) => {
      const macro = /^\[attr\](.+)$/.exec(pattern)?.[1];
      if (macro !== undefined && folder === '') macros.set(macro, settings);
      if (macro !== undefined || pattern.startsWith('!')) return [];
      const matches = ignoreRules(pattern);
      const applies = (path: string) =>
        path.startsWith(folder) && matches(path.slice(folder.length), false) === 'ignored';
      return [{ applies, settings }];
    }),
  );
  return (path) => {
    const found = new Map<string, string>();
    const take = (settings: readonly Setting[]) => {
      for (const [name, value] of settings) {
        if (value === undefined) found.delete(name);
        else found.set(name, value);
        // A macro is made of other names, and never of itself.
        if (value === 'true') take((macros.get(name) ?? []).filter(([part]) => !macros.has(part)));
      }
    };
    for (const { applies, settings } of rules) if (applies(path)) take(settings);
    return found;
  };
}

function linesOf(text: string): Line[] {
  return text
    .replace(/^\ufeff/, '')
    .split('\n')
    .flatMap((line) => {
      const [, quoted, plain, settings] = /^\s*(?:"((?:\\.|[^"\\])*)"|([^\s"#]\S*))\s+(.*)$/s.exec(line) ?? [];
      const pattern = quoted === undefined ? plain : quoted.replace(/\\(["\\])/g, '$1');
      if (pattern === undefined || settings === undefined) return [];
      return [{ pattern, settings: settings.trim().split(/\s+/).map(settingOf) }];
    });
}

function settingOf(token: string): Setting {
  if (token.startsWith('-') || token.startsWith('!')) return [token.slice(1), undefined];
  const at = token.indexOf('=');
  return at < 0 ? [token, 'true'] : [token.slice(0, at), token.slice(at + 1) || undefined];
}
