import { expect, test } from '@jest/globals';
import { sourcesBelow } from './sources.ts';

/** The rules of CONTRIBUTING.md about files: who opens one has to think of links, pipes and devices, and `src/files` does. */

const sources = sourcesBelow('src');

/** Files that read what is already open, or what this run wrote itself. */
const READS_BY_ITSELF = ['src/actions/build-image/layers/source-walk.ts', 'src/image/layer/layer.ts'];

test('a file is opened for reading in src/files only', () => {
  const readers = sources
    .filter(({ text }) =>
      [...text.matchAll(/^import \{([^}]+)\} from 'node:fs(?:\/promises)?'/gm)].some(([, names = '']) =>
        /\b(?:readFile|readFileSync|createReadStream|open|openSync|openAsBlob)\b/.test(names),
      ),
    )
    .map(({ path }) => path)
    .filter((path) => !path.startsWith('src/files/'));
  expect(readers.sort()).toStrictEqual(READS_BY_ITSELF);
});

test('modules of node:fs are imported by name, so that the rule above finds them', () => {
  const others = sources.filter(({ text }) => /^import (?!type\b)(?!\{)[^;]*'node:fs/m.test(text));
  expect(others.map(({ path }) => path)).toStrictEqual([]);
});

/**
 * A kubeconfig can be a path or a text, so its type isn't `inputPath`: it is guarded when it is opened (`within`). What find-program looks
 * for is no input.
 */
const RESOLVES_BY_ITSELF = ['src/kubernetes/config/kubeconfig.ts', 'src/program/find-program.ts'];

test('a path becomes absolute by `resolveInputPath`, which refuses links out of the workspace', () => {
  const resolving = sources
    .filter(({ text }) => /\b(?:resolve|join)\(\s*(?:\w+\.)*(?:cwd|workspace)\b/.test(text))
    .map(({ path }) => path)
    .filter((path) => path !== 'src/files/input-path.ts');
  expect(resolving.sort()).toStrictEqual(RESOLVES_BY_ITSELF);
});
