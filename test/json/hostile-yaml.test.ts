import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/actions/canary-gate/config/config.ts';
import { readManifests } from '../../src/actions/wait-for-rollout/targets/manifests/read-manifests.ts';
import { ActionError } from '../../src/core/error.ts';
import { Secrets } from '../../src/core/secrets.ts';
import { inputPath } from '../../src/files/input-path.ts';
import { readYaml } from '../../src/json/yaml.ts';
import { loadKubeconfig } from '../../src/kubernetes/config/kubeconfig.ts';
import { expectWithNote } from '../jest-support.ts';
import { bump, bumped } from '../manifest/harness.ts';
import { expectLinearTime, processorTime } from '../processor-time.ts';

/** Every reader of YAML ends soon, whatever a few lines stand for, and says what is wrong and where. */

const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i + 1)).join('');

const nestedMerges = (count: number) =>
  `a0: &a0 {k: v}\n${lines(count, (i) => `a${i}: &a${i} {<<: [*a${i - 1}, *a${i - 1}]}\n`)}`;
const nestedLists = (count: number) =>
  `a0: &a0 [x]\n${lines(count, (i) => `a${i}: &a${i} [${`*a${i - 1}, `.repeat(9)}]\n`)}`;

/** Texts that no reader takes. */
const REFUSED: Readonly<Record<string, readonly [text: string, reason: RegExp]>> = {
  'aliases of lists of aliases': [nestedLists(9), /has aliases that stand for far more than is written/],
  'aliases of mappings of aliases': [
    `a0: &a0 {k: v}\n${lines(40, (i) => `a${i}: &a${i} {x: *a${i - 1}, y: *a${i - 1}}\n`)}`,
    /has aliases that stand for far more than is written/,
  ],
  'aliases as keys': [
    `a0: &a0 {k: v}\n${lines(40, (i) => `a${i}: &a${i} {? *a${i - 1} : *a${i - 1}}\n`)}`,
    /has aliases that stand for far more than is written/,
  ],
  'thousands of aliases of a list of thousands': [
    `a: &a [${'x, '.repeat(5000)}]\nb:\n${'- containers: *a\n'.repeat(5000)}`,
    /has aliases that stand for far more than is written/,
  ],
  'a long chain of merges': [
    `a0: &a0 {k: v}\n${lines(5000, (i) => `a${i}: &a${i} {<<: *a${i - 1}}\n`)}`,
    /has aliases that stand for far more than is written/,
  ],
  'a list inside itself': ['a: &a [*a]\n', /has an alias \*a inside what it refers to/],
  'a merge of itself': ['a: &a {<<: *a}\n', /has an alias \*a inside what it refers to/],
  'a merge of a merge of itself': ['a: &a {<<: {<<: *a}}\n', /has an alias \*a inside what it refers to/],
  '10,000 brackets': [`a: ${'['.repeat(10_000)}${']'.repeat(10_000)}\n`, /is nested too deeply/],
  '100,000 open brackets': [`a: ${'['.repeat(100_000)}`, /is nested too deeply/],
  '10,000 braces': [`a: ${'{a: '.repeat(10_000)}${'}'.repeat(10_000)}\n`, /is nested too deeply/],
  '10,000 dashes': [`${'- '.repeat(10_000)}a\n`, /is nested too deeply/],
  '10,000 question marks': [`${'? '.repeat(10_000)}a\n`, /is nested too deeply/],
  '2,000 indents': [lines(2000, (i) => `${' '.repeat(i - 1)}a:\n`), /is nested too deeply/],
};

/** Merges of merges: a bump takes them, because it merges each mapping once. Others would have to write them out. */
const MERGES: Readonly<Record<string, string>> = {
  '18 lines of nested merges': nestedMerges(18),
  '40 lines of nested merges': nestedMerges(40),
  '40 lines of merges of three': `a0: &a0 {k: v}
${lines(40, (i) => `a${i}: &a${i}\n  <<: [*a${i - 1}, *a${i - 1}, *a${i - 1}]\n`)}`,
  'merges of merges without a list': `a0: &a0 {k: v}
${lines(40, (i) => `a${i}: &a${i} {<<: {<<: *a${i - 1}, x: {<<: *a${i - 1}}}}\n`)}`,
};

/** Texts that every reader takes. */
const HARMLESS: Readonly<Record<string, string>> = {
  '12 lines of nested merges': nestedMerges(12),
  '101 uses of an anchor': `a: &a {k: v}\nb:\n${'- *a\n'.repeat(101)}`,
  '101 merges of an anchor': `a: &a {k: v}\nb:\n${'- {<<: *a}\n'.repeat(101)}`,
  '101 merges at once': `a: &a {k: v}\nb: {<<: [${'*a, '.repeat(101)}]}\n`,
  '5,000 uses of a mapping': `a: &a {k: v, l: w}\nb:\n${'- *a\n'.repeat(5000)}`,
  'the same anchor again': `a: &a x\nb: *a\nc: &a y\nd: *a\n`,
  '500 levels': `a: ${'['.repeat(500)}${']'.repeat(500)}\n`,
  'a byte order mark': '\ufeffa: b\n',
  'line breaks of Windows': 'a: b\r\nc: [d,\r\n  e]\r\n',
  'tabs after a value': 'a: b\t# c\n',
};

/** Characters that YAML's line structure doesn't allow, and more: any reader may take or refuse them, but not hang or fail otherwise. */
const ODD: Readonly<Record<string, string>> = {
  'a NUL': 'a: b\0c\n',
  'only NULs': '\0'.repeat(1000),
  'carriage returns alone': 'a: b\rc: d\r',
  'tabs as indentation': 'a:\n\tb: c\n',
  'many byte order marks': '\ufeff'.repeat(1000),
  'a long key': `${'a'.repeat(100_000)}: b\n`,
  'a long quoted key': `"${'a'.repeat(100_000)}": b\n`,
  'many documents': '---\na: b\n'.repeat(5000),
  'many directives': `${'%YAML 1.2\n'.repeat(1000)}---\na: b\n`,
  'a key twice': 'a: b\na: c\n',
  'an alias of nothing': 'a: *b\n',
  'an alias before its anchor': 'a: *b\nc: &b d\n',
  'a key __proto__': '__proto__: {polluted: yes}\n',
  'an alias as a key': 'a: &a b\n*a : c\n',
  'a lone surrogate': 'a: "\\ud800"\n',
};

/** What a reader says against a text, with the place; `undefined` if it takes the text. */
type Reader = (text: string) => Promise<{ readonly reason: string; readonly line: number } | undefined>;

const folder = mkdtempSync(join(tmpdir(), 'hostile-yaml-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const UNUSED = new Proxy(
  {},
  {
    get: (_, name) => {
      throw new Error(`${String(name)} is not needed to read a file`);
    },
  },
);

function refusal(thrown: unknown): { readonly reason: string; readonly line: number } {
  if (!(thrown instanceof ActionError)) throw thrown;
  expect(thrown.remedy).not.toBe('');
  const [, line] = /(?:^|\n|line )(?:\S+:)?(\d+)[:,]/.exec(thrown.message) ?? [];
  return { reason: thrown.message, line: Number(line) };
}

const signal = new AbortController().signal;
const READERS: Readonly<Record<string, Reader>> = {
  'a manifest to bump': async (text) => {
    const [skipped] = bump(`${text}image: acme/shop:1\n`, { image: 'acme/shop:2' }).skipped;
    return skipped;
  },
  'YAML in a ConfigMap': async (text) => {
    const inside = `${text}image: acme/shop:1\n`.replace(/^/gm, '    ').trimEnd();
    const manifest = `kind: ConfigMap\napiVersion: v1\ndata:\n  values.yaml: |\n${inside}\n`;
    const { matched, skipped } = bump(manifest, { image: 'acme/shop:2' });
    expect(matched.length).toBeLessThan(2);
    return skipped[0];
  },
  'manifests of a rollout': async (text) => {
    const file = join(folder, 'a.yaml');
    writeFileSync(file, `kind: ConfigMap\napiVersion: v1\nmetadata: {name: x}\n---\n${text}`);
    const runtime = { cwd: folder, signal, env: {}, http: UNUSED, clock: { now: () => 0, sleep: UNUSED }, log: UNUSED };
    const kustomize = { install: false, mirror: undefined, timeout: 1000 };
    return readManifests([inputPath.parse('a.yaml')], kustomize, runtime as never).then(() => undefined, refusal);
  },
  'a kubeconfig': async (text) => {
    const given = `contexts: []\n${text}`;
    return loadKubeconfig({ given, env: {}, cwd: folder, secrets: new Secrets() }).then(() => undefined, refusal);
  },
  'any YAML': async (text) => {
    const read = await readYaml(text);
    return read.kind === 'value' ? undefined : read;
  },
};

/** No text of these may take longer, in ms of the processor. Each took minutes, or for ever, where it was a fault. */
const SOON = 3000;

async function soon<T>(run: () => Promise<T>): Promise<T> {
  const start = processorTime();
  const result = await run();
  expect(processorTime() - start).toBeLessThan(SOON);
  return result;
}

describe.each(Object.entries(READERS))('%s', (reader, read) => {
  test.each(Object.entries(REFUSED))('is refused with its place: %s', async (_, [text, reason]) => {
    const refused = await soon(() => read(text));
    // What is no YAML stays as it is in a ConfigMap: another program may read it.
    if (reader === 'YAML in a ConfigMap') return;
    if (reader === 'a kubeconfig') expect(refused?.reason).toMatch(/not YAML that can be read/);
    else expect(refused?.reason).toMatch(reason);
    expect(refused?.line).toBeGreaterThan(0);
  });

  test.each(Object.entries(HARMLESS))('is read: %s', async (_, text) => {
    expect(await soon(() => read(text))).toBeUndefined();
  });

  test.each(Object.entries(ODD))('ends soon, read or refused: %s', async (_, text) => {
    await soon(() => read(text));
  });
});

describe('a config of canary-gate', () => {
  const error = (text: string) => {
    try {
      parseConfig(text, 'canary.yaml');
    } catch (thrown) {
      return refusal(thrown);
    }
    return undefined;
  };

  test.each(Object.entries(REFUSED))('is refused with its place: %s', async (_, [text, reason]) => {
    const refused = await soon(async () => error(text));
    expect(refused?.reason).toMatch(reason);
    expect(refused?.line).toBeGreaterThan(0);
  });

  test.each(Object.entries(ODD))('ends soon, with an error: %s', async (_, text) => {
    expect(await soon(async () => error(text))).toBeDefined();
  });

  test('may use an anchor more than 100 times', () => {
    const text = `- {name: m, query: &q up, unit: &u ms}\n${lines(150, (i) => `- {name: m${i}, query: *q, unit: *u}\n`)}`;
    const metrics = parseConfig(text, 'canary.yaml');
    expect(metrics.length).toBe(151);
    expect(metrics[150]).toMatchObject({ queries: { canary: 'up' }, unit: 'ms' });
    expect(error('- {name: m, query: *q}\n')?.reason).toMatch(/got \*q, which nothing defines before it/);
  });
});

test.each(Object.entries(MERGES))('a bump merges each mapping once: %s', async (_, merges) => {
  const text = `${merges}image: acme/shop:1\nx: {<<: *a18, image: acme/shop:1}\n`;
  expect(await soon(async () => bumped(text, { image: 'acme/shop:2' }))).toBe(text.replaceAll('shop:1', 'shop:2'));
  for (const aliases of ['shared', 'detach'] as const)
    await soon(async () => bump(text, { image: 'acme/shop:2', aliases }));
});

test.each(Object.entries(MERGES))('a reader of values ends soon: %s', async (_, merges) => {
  for (const reader of ['manifests of a rollout', 'a kubeconfig', 'any YAML'])
    await soon(async () => READERS[reader]?.(merges));
});

test('the first of several merged mappings wins, as before', () => {
  const text = `a: &a {image: acme/shop:1}
b: &b {image: acme/cart:1, k: v}
c: &c {<<: [*a, *b]}
d: {<<: [*c, *b], tty: true}
`;
  const { matched } = bump(text, { image: 'acme/shop:2', aliases: 'shared' });
  expect(matched.map(({ path }) => path)).toStrictEqual(['a.image']);
});

test('values that aliases share are the same value, however many there are', async () => {
  const read = await readYaml('a: &a {k: [1, true, null, x]}\nb: [*a, *a]\n1: 2\n~: 3\n');
  expectWithNote(read, 'as JSON').toStrictEqual({
    kind: 'value',
    value: {
      a: { k: [1, true, null, 'x'] },
      b: [{ k: [1, true, null, 'x'] }, { k: [1, true, null, 'x'] }],
      1: 2,
      '': 3,
    },
  });
});

describe('YAML is read in linear time:', () => {
  for (const [name, text] of Object.entries<(length: number) => string>({
    keys: (length) => lines(length, (i) => `k${i}: v\n`),
    'keys in braces': (length) => `{${lines(length, (i) => `k${i}: v, `)}}`,
    aliases: (length) => `a: &a x\nb:\n${'- *a\n'.repeat(length)}`,
    'anchors with aliases': (length) => lines(length, (i) => `- &a${i} x\n- *a${i}\n`),
    'anchors of one node': (length) => `a: ${'&a '.repeat(length)}x\n`,
    commas: (length) => `[${','.repeat(length)}]`,
    'open brackets': (length) => '['.repeat(length),
    'errors on each line': (length) => 'a: b: c\n'.repeat(length),
  }))
    test(name, () => {
      expectLinearTime((length) => {
        for (const read of [
          parseConfig,
          (given: string) => bump(`${given}\nimage: acme/shop:1\n`, { image: 'acme/shop:2' }),
        ])
          try {
            read(text(length), 'a.yaml');
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(ActionError);
          }
      }, 1000);
    });
});
