import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { type FileWrite, writeFiles } from '../../../src/manifest/files/write.ts';
import { onTestFinished } from '../../jest-support.ts';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'write-test-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

function put(name: string, text = 'tag: 1\n'): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const read = (path: string) => readFileSync(path, 'utf8');
const edit = (path: string): FileWrite => ({ path, before: 'tag: 1\n', after: 'tag: 2\n' });
const temporaryFiles = () => readdirSync(folder, { recursive: true }).filter((name) => String(name).endsWith('.tmp'));

/** An edit that lets something happen after the edits before it were staged. */
function editAfter(path: string, happens: () => void): FileWrite {
  return {
    path,
    before: 'tag: 1\n',
    get after() {
      happens();
      return 'tag: 2\n';
    },
  };
}

describe('what happens to a file while others are written is not lost', () => {
  const interruptions: Readonly<Record<string, (path: string) => void>> = {
    'another step edits it': (path) => writeFileSync(path, 'tag: 1\nreplicas: 3\n'),
    'another step changes a byte and keeps size and time': (path) => {
      const { atime, mtime } = statSync(path);
      writeFileSync(path, 'tag: 7\n');
      utimesSync(path, atime, mtime);
    },
    'another step empties it': (path) => writeFileSync(path, ''),
    'another step replaces it by a folder': (path) => {
      rmSync(path);
      mkdirSync(path);
    },
    'another step replaces it by a link': (path) => {
      const elsewhere = put('elsewhere/target');
      rmSync(path);
      symlinkSync(elsewhere, path);
    },
    'another step replaces it by a pipe': (path) => {
      rmSync(path);
      spawnSync('mkfifo', [path]);
    },
  };

  test.each(Object.entries(interruptions))('%s', (_, interrupt) => {
    const [first, second] = [put('a.yaml'), put('b.yaml')];
    expect(() => writeFiles([edit(first), editAfter(second, () => interrupt(first))])).toThrow(
      expect.objectContaining({ code: 'file-changed', message: expect.stringContaining(first) }),
    );
    expect(read(second)).toBe('tag: 1\n');
    expect(temporaryFiles()).toStrictEqual([]);
  });

  test('another step removes it', () => {
    const [first, second] = [put('a.yaml'), put('b.yaml')];
    expect(() => writeFiles([edit(first), editAfter(second, () => rmSync(first))])).toThrow(
      expect.objectContaining({ code: 'file-not-writable', message: expect.stringContaining(first) }),
    );
    expect([read(second), temporaryFiles()]).toStrictEqual(['tag: 1\n', []]);
  });
});

test('if a later file fails, the error names the files that were written, and a second run writes the rest', () => {
  const [first, second] = [put('a/x.yaml'), put('b.yaml')];
  symlinkSync(join(folder, 'a'), join(folder, 'alias'));
  // Both are one file: when the second one's turn comes, it has changed.
  const alias = join(folder, 'alias/x.yaml');
  expect(() => writeFiles([edit(first), edit(alias), edit(second)])).toThrow(
    expect.objectContaining({
      code: 'file-changed',
      message: `Something else changed ${alias} while it was being edited: its content is another one now. These files were written before: ${first}.`,
    }),
  );
  expect([read(first), read(second), temporaryFiles()]).toStrictEqual(['tag: 2\n', 'tag: 1\n', []]);
  writeFiles([edit(second)]);
  expect(read(second)).toBe('tag: 2\n');
});

test('a folder that takes no files is no internal error', () => {
  const before = read('/proc/version');
  expect(() => writeFiles([{ path: '/proc/version', before, after: 'x' }])).toThrow(
    expect.objectContaining({
      code: 'file-not-writable',
      message: expect.stringMatching(/^\/proc\/version can't be written: /),
    }),
  );
});

describe('temporary files', () => {
  const WRITE = join(import.meta.dirname, '../../../src/manifest/files/write.ts');
  /** Runs `writeFiles` in a process of its own. @param after JavaScript that gives the new content */
  const inProcess = (path: string, after: string, shell = '') =>
    spawnSync(
      'bash',
      ['-c', `${shell} exec "$0" --input-type=module -e "$1"`, process.execPath].concat(`
        import { writeFiles } from ${JSON.stringify(WRITE)};
        const path = ${JSON.stringify(path)};
        try {
          writeFiles([{ path, before: 'tag: 1\\n', after: 'tag: 2\\n' },
            { path: path + '2', before: 'tag: 1\\n', get after() { return ${after}; } }]);
        } catch (thrown) { console.log(thrown.code, thrown.message); }`),
      { encoding: 'utf8' },
    );

  test('of a killed run are removed by the next one, and no file is half written', () => {
    const [first, second] = [put('a.yaml'), put('a.yaml2')];
    const { signal } = inProcess(first, "process.kill(process.pid, 'SIGKILL')");
    expect(signal).toBe('SIGKILL');
    expect([read(first), read(second), temporaryFiles().length]).toStrictEqual(['tag: 1\n', 'tag: 1\n', 1]);
    writeFiles([edit(first), edit(second)]);
    expect([read(first), read(second), temporaryFiles()]).toStrictEqual(['tag: 2\n', 'tag: 2\n', []]);
  });

  test('of a run that is still busy stay', () => {
    const path = put('a.yaml');
    const busy = put(`.gitops-actions-${process.ppid}-${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}.tmp`);
    writeFiles([edit(path)]);
    expect(read(busy)).toBe('tag: 1\n');
    utimesSync(busy, 0, 0);
    writeFiles([{ path, before: 'tag: 2\n', after: 'tag: 3\n' }]);
    expect(temporaryFiles()).toStrictEqual([]);
  });

  test('of other programs stay', () => {
    const others = [put('.a.yaml.tmp'), put('.gitops-actions-1-x.tmp'), put('x.gitops-actions.tmp')];
    writeFiles([edit(put('a.yaml'))]);
    expect(others.map(read)).toStrictEqual(['tag: 1\n', 'tag: 1\n', 'tag: 1\n']);
  });

  test('are removed if the disk takes no more', () => {
    const [first, second] = [put('a.yaml'), put('a.yaml2')];
    const { stdout } = inProcess(first, "'x'.repeat(100_000)", "ulimit -f 8; trap '' XFSZ;");
    expect(stdout).toBe(`file-not-writable ${second} can't be written: the file system takes no file of this size.\n`);
    expect([read(first), read(second), temporaryFiles()]).toStrictEqual(['tag: 1\n', 'tag: 1\n', []]);
  });
});

test('a file keeps its mode, and its other hard links keep the old content', () => {
  const path = put('a.yaml');
  chmodSync(path, 0o640);
  linkSync(path, join(folder, 'other name'));
  writeFiles([edit(path)]);
  expect(statSync(path).mode & 0o7777).toBe(0o640);
  expect([read(path), read(join(folder, 'other name'))]).toStrictEqual(['tag: 2\n', 'tag: 1\n']);
});

test('a file keeps its owner if root edits it', () => {
  const isRoot = process.getuid?.() === 0;
  const path = put('a.yaml');
  if (isRoot) spawnSync('chown', ['1234:1234', path]);
  const owner = statSync(path).uid;
  writeFiles([edit(path)]);
  expect(statSync(path).uid).toBe(owner);
});
