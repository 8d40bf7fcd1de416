import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from '../../scripts/actions.ts';
import { sourcesBelow } from './sources.ts';

/** The rule of CONTRIBUTING.md that a folder of plugins has one list that names every plugin. */

const sources = sourcesBelow('src');

/** A folder of plugins, the file that lists them, and the files in the folder that aren't plugins. */
interface PluginFolder {
  readonly folder: string;
  readonly list: string;
  readonly helpers: readonly string[];
}

const FOLDERS: readonly PluginFolder[] = [
  { folder: 'src/metrics/providers', list: 'src/metrics/providers/providers.ts', helpers: [] },
  {
    folder: 'src/actions/canary-gate/judges',
    list: 'src/actions/canary-gate/judges/judges.ts',
    helpers: [
      'compare-arms.ts',
      'config-error.ts',
      'early-failure.ts',
      'judge.ts',
      'judgment.ts',
      'same-series.ts',
      'scoring.ts',
      'threshold-check.ts',
    ],
  },
  {
    folder: 'src/actions/build-image/engines',
    list: 'src/actions/build-image/engines/engines.ts',
    helpers: [
      'arguments.ts',
      'choose-engine.ts',
      'command.ts',
      'containers-registries.ts',
      'containers.ts',
      'engine.ts',
      'login.ts',
      'reported-digest.ts',
    ],
  },
  {
    folder: 'src/actions/build-image/tags',
    list: 'src/actions/build-image/tags/types.ts',
    helpers: ['rule.ts', 'semantic-version.ts', 'tag-type.ts', 'tags.ts', 'template.ts'],
  },
  {
    folder: 'src/image/registry/keychain',
    list: 'src/image/registry/keychain/keychain.ts',
    helpers: ['login-source.ts'],
  },
  {
    folder: 'src/tools',
    list: 'src/tools/tools.ts',
    helpers: ['download.ts', 'install.ts', 'mirror.ts', 'tool-cache.ts', 'tool.ts'],
  },
  {
    folder: 'src/kubernetes/health/kinds',
    list: 'src/kubernetes/health/kind-rules.ts',
    helpers: ['owned-pods.ts', 'pod-hash.ts'],
  },
  {
    folder: 'src/kubernetes/health/operators',
    list: 'src/kubernetes/health/operators/families.ts',
    helpers: ['lookup.ts'],
  },
];

test.each(FOLDERS)('$list names every plugin in $folder', ({ folder, list, helpers }) => {
  const entries = readdirSync(join(ROOT, folder)).filter((name) => `${folder}/${name}` !== list);
  const imports = sources.find(({ path }) => path === list)?.imports ?? [];
  const isListed = (name: string) =>
    imports.some((path) => path === `${folder}/${name}` || path.startsWith(`${folder}/${name}/`));
  expect(entries.filter((name) => !helpers.includes(name) && !isListed(name))).toStrictEqual([]);
  // The name of a helper that is gone would hide a plugin of the same name.
  expect(helpers.filter((name) => !entries.includes(name))).toStrictEqual([]);
});
