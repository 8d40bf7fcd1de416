import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { actionNames, ROOT } from '../../scripts/actions.ts';
import { bundledPackages, licensesText } from '../../scripts/build/licenses.ts';
import { objectAt, parseJson, stringAt } from '../../src/json/json.ts';
import * as bundle from './bundle-contents.ts';

const LINE = '-'.repeat(80);
const owners = bundle.stringOwners();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'licenses-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function manifestOf(name: string): unknown {
  return parseJson(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8'));
}

/** The license texts in the licenses.txt of a bundle, by the names of their packages. */
function licensesIn(action: string): Map<string, string> {
  const licenses = readFileSync(join(ROOT, 'dist', action, 'licenses.txt'), 'utf8').split(`\n${LINE}\n\n`);
  return new Map(licenses.map((text) => [/^\S+/.exec(text)?.[0] ?? '', text]));
}

/** A package with the given files; `package.json` as an object. */
function install(name: string, manifest: object, files: Readonly<Record<string, string>> = {}): string {
  const home = join(folder, 'node_modules', name);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), JSON.stringify({ name, ...manifest }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(home, file), text);
  return home;
}

test('the licenses of packages are sorted by name, with version, license and every license file', () => {
  const b = install('b', { version: '2.0.0', license: 'ISC' }, { 'LICENCE.txt': 'Do as\r\nyou like.\r\n' });
  const a = install('@x/a', { version: '1.0.0', license: 'Apache-2.0' }, { LICENSE: 'Take it.', NOTICE: 'By A.' });
  expect(licensesText([b, a])).toBe(
    `@x/a 1.0.0 (Apache-2.0)\n\nTake it.\n\nBy A.\n\n${LINE}\n\nb 2.0.0 (ISC)\n\nDo as\nyou like.\n`,
  );
});

test('a package without a license file is listed with the license of its package.json', () => {
  expect(licensesText([install('bare', { version: '1.0.0', license: 'MIT' })])).toBe('bare 1.0.0 (MIT)\n');
  expect(licensesText([install('old', { version: '0.1.0', licenses: [{ type: 'MIT' }, { type: 'GPL-2.0' }] })])).toBe(
    'old 0.1.0 (MIT OR GPL-2.0)\n',
  );
});

test('a package without any license fails the build', () => {
  const bare = install('bare', { version: '1.0.0' }, { 'licenses.js': 'code' });
  expect(() => licensesText([bare])).toThrow('bare 1.0.0 is in a bundle, but it has no license file');
});

test('the packages of a bundle are those of the modules in its chunks, including concatenated modules', () => {
  const module = (path: string, more: object = {}) => ({ nameForCondition: path, chunks: [1], ...more });
  expect(
    bundledPackages({
      modules: [
        module('/r/node_modules/b/index.js'),
        module('/r/lib/index.js', {
          modules: [
            module('/r/lib/index.js', { chunks: [] }),
            module('/r/lib/node_modules/@actions/core/lib/core.js', { chunks: [] }),
          ],
        }),
        module('/r/node_modules/b/node_modules/@x/a/lib/a.js'),
        module('/r/node_modules/dropped/index.js', { chunks: [], orphan: true }),
        { chunks: [1], name: 'external "node:fs"' },
      ],
    }),
  ).toStrictEqual(['/r/lib/node_modules/@actions/core', '/r/node_modules/b', '/r/node_modules/b/node_modules/@x/a']);
});

test.each(actionNames())('licenses.txt of %s contains every package in its bundle', (action) => {
  const licensed = licensesIn(action);
  const found = bundle.packagesIn([...bundle.scriptsOf(action).values()].join('\n'), owners);
  expect(found).toEqual(expect.arrayContaining(['@actions/core', 'undici']));
  expect([...licensed.keys()]).toEqual(expect.arrayContaining(found));
  const manifests = [...licensed.keys()].map(manifestOf);
  const needed = manifests.flatMap((manifest) => Object.keys(objectAt(manifest, 'dependencies') ?? {}));
  // A package without unique strings can't be detected, but must be a dependency of another one.
  expect(needed).toEqual(expect.arrayContaining([...licensed.keys()].filter((name) => !found.includes(name))));
});

test.each(actionNames())(
  'licenses.txt of %s contains the installed version and license text of each package',
  (action) => {
    for (const [name, text] of licensesIn(action)) {
      expect(text).toContain(`${name} ${stringAt(manifestOf(name), 'version')} (`);
      const home = join(ROOT, 'node_modules', name);
      for (const file of readdirSync(home).filter((entry) => /^licen[cs]e/i.test(entry)))
        expect(text).toContain(readFileSync(join(home, file), 'utf8').trim());
    }
  },
);
