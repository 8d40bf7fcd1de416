import { ignoreRules } from './ignore.ts';

export interface AttributesFile {
  /** Its folder with a trailing `/`; empty for the root. */
  readonly folder: string;
  readonly text: string;
}

/** The attributes that are set, with their values; `true` for one without a value. */
export type Attributes = ReadonlyMap<string, string>;

type Setting = readonly [name: string, value: string | undefined];

interface Line {
  readonly pattern: string;
  readonly settings: readonly Setting[];
}

/**
 * Returns a function that finds the attributes of a file, according to Git's attributes files (gitattributes(5)).
 * @param files in ascending precedence, as their lines are.
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
    const apply = (settings: readonly Setting[]) => {
      for (const [name, value] of settings) {
        if (value === undefined) found.delete(name);
        else found.set(name, value);
        // A macro sets other attributes, but no macros.
        if (value === 'true') apply((macros.get(name) ?? []).filter(([part]) => !macros.has(part)));
      }
    };
    for (const { applies, settings } of rules) if (applies(path)) apply(settings);
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
