import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from '../../scripts/actions.ts';
import { sourcesBelow } from './sources.ts';

/** The rule of CONTRIBUTING.md that a folder of plugins has one list, and every plugin is in it. */

/** A folder of plugins, its list, and the files beside them that are no plugins. Everything else must be in the list. */
const FOLDERS: readonly (readonly [folder: string, list: string, helpers: readonly string[]])[] = [
  ['src/metrics/providers', 'providers.ts', []],
  [
    'src/actions/canary-gate/judges',
    'judges.ts',
    [
      'compare-arms.ts',
      'config-error.ts',
      'early-failure.ts',
      'judge.ts',
      'judgment.ts',
      'same-series.ts',
      'scoring.ts',
      'threshold-check.ts',
    ],
  ],
  [
    'src/actions/build-image/engines',
    'engines.ts',
    [
      'arguments.ts',
      'command.ts',
      'containers-registries.ts',
      'containers.ts',
      'engine.ts',
      'login.ts',
      'reported-digest.ts',
    ],
  ],
  [
    'src/actions/build-image/tags',
    'types.ts',
    ['rule.ts', 'semantic-version.ts', 'tag-type.ts', 'tags.ts', 'template.ts'],
  ],
  ['src/image/registry/keychain', 'keychain.ts', ['login-source.ts']],
  ['src/tools', 'tools.ts', ['download.ts', 'install.ts', 'mirror.ts', 'tool-cache.ts', 'tool.ts']],
];

test.each(FOLDERS)('every plugin in %s is in %s', (folder, list, helpers) => {
  const content = readdirSync(join(ROOT, folder)).filter((name) => name !== list);
  const plugins = content.filter((name) => !helpers.includes(name));
  const listed = importedBy(`${folder}/${list}`).map((path) => path.slice(folder.length + 1).split('/')[0] ?? '');
  expect(plugins.filter((name) => !listed.includes(name))).toStrictEqual([]);
  // A helper that is gone must not hide a later plugin of its name.
  expect(helpers.filter((name) => !content.includes(name))).toStrictEqual([]);
});

function importedBy(path: string): readonly string[] {
  const folder = path.slice(0, -basename(path).length);
  const imports = sourcesBelow('src').find((source) => source.path === path)?.imports ?? [];
  return imports.filter((imported) => imported.startsWith(folder));
}
