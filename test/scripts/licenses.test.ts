import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { actionNames, ROOT } from '../../scripts/actions.ts';
import { licensesText, bundledPackages } from '../../scripts/build/licenses.ts';
import { objectAt, parseJson, stringAt } from '../../src/json/json.ts';
import * as evidence from './evidence.ts';

const LINE = '-'.repeat(80);
const owners = evidence.pieceOwners();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'licences-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function manifestOf(name: string): unknown {
  return parseJson(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8'));
}

/** The licences of a bundle, by the names of their packages. */
function saidBy(action: string): Map<string, string> {
  const licences = readFileSync(join(ROOT, 'dist', action, 'licenses.txt'), 'utf8').split(`\n${LINE}\n\n`);
  return new Map(licences.map((text) => [/^\S+/.exec(text)?.[0] ?? '', text]));
}

/** A package with the given files; `package.json` as an object. */
function install(name: string, manifest: object, files: Readonly<Record<string, string>> = {}): string {
  const home = join(folder, 'node_modules', name);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), JSON.stringify({ name, ...manifest }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(home, file), text);
  return home;
}

test('the licences of packages stand in the order of their names, with version, kind and every text', () => {
  const b = install('b', { version: '2.0.0', license: 'ISC' }, { 'LICENCE.txt': 'Do as\r\nyou like.\r\n' });
  const a = install('@x/a', { version: '1.0.0', license: 'Apache-2.0' }, { LICENSE: 'Take it.', NOTICE: 'By A.' });
  expect(licensesText([b, a])).toBe(
    `@x/a 1.0.0 (Apache-2.0)\n\nTake it.\n\nBy A.\n\n${LINE}\n\nb 2.0.0 (ISC)\n\nDo as\nyou like.\n`,
  );
});

test('a package without a licence file is named with what its package.json says', () => {
  expect(licensesText([install('bare', { version: '1.0.0', license: 'MIT' })])).toBe('bare 1.0.0 (MIT)\n');
  expect(licensesText([install('old', { version: '0.1.0', licenses: [{ type: 'MIT' }, { type: 'GPL-2.0' }] })])).toBe(
    'old 0.1.0 (MIT OR GPL-2.0)\n',
  );
});

test('a package that has no licence at all can not be handed on: the build fails', () => {
  const bare = install('bare', { version: '1.0.0' }, { 'licenses.js': 'code' });
  expect(() => licensesText([bare])).toThrow('bare 1.0.0 is in a bundle, but it has no licence file');
});

test("the packages of a bundle are those of its chunks' modules, joined ones too, and no others", () => {
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

test.each(actionNames())('%s says the licence of every package that is really in its bundle', (action) => {
  const said = saidBy(action);
  const found = evidence.packagesIn([...evidence.scriptsOf(action).values()].join('\n'), owners);
  expect(found).toEqual(expect.arrayContaining(['@actions/core', 'undici']));
  expect([...said.keys()]).toEqual(expect.arrayContaining(found));
  const manifests = [...said.keys()].map(manifestOf);
  const needed = manifests.flatMap((manifest) => Object.keys(objectAt(manifest, 'dependencies') ?? {}));
  // A package that holds no text of its own leaves no evidence, but is there only for another one's sake.
  expect(needed).toEqual(expect.arrayContaining([...said.keys()].filter((name) => !found.includes(name))));
});

test.each(actionNames())('%s says of each package the version and the text that are installed', (action) => {
  for (const [name, text] of saidBy(action)) {
    expect(text).toContain(`${name} ${stringAt(manifestOf(name), 'version')} (`);
    const home = join(ROOT, 'node_modules', name);
    for (const file of readdirSync(home).filter((entry) => /^licen[cs]e/i.test(entry)))
      expect(text).toContain(readFileSync(join(home, file), 'utf8').trim());
  }
});
