import { describe, expect, test } from '@jest/globals';
import { applyChanges } from '../../../src/manifest/changes/apply-changes.ts';
import { expectWithNote } from '../../jest-support.ts';
import { processorTime } from '../../processor-time.ts';
import { bump } from '../harness.ts';

const FEW = 500;
const TIMES = 16;
/** With 16 times as many fields, linear time grows 16 times and quadratic time 256 times. */
const MAX_FACTOR = 64;

const many = (entry: (index: number) => string) => (count: number) =>
  Array.from({ length: count }, (_, index) => entry(index)).join('');
const values = many((i) => `app${i}: {image: "acme/shop:1"}\n`);

const SHAPES = {
  'fields in a list with names': many((i) => `- {name: a${i}, image: "acme/shop:1"}\n`),
  'fields in a list without names': many(() => '- {image: "acme/shop:1"}\n'),
  'fields in a mapping': values,
  'entries of images': (count: number) =>
    `kind: Kustomization\nimages:\n${many((i) => `- {name: x${i}, newName: acme/shop, newTag: v1}\n`)(count)}`,
  'fields in a block scalar': (count: number) =>
    `apiVersion: argoproj.io/v1alpha1
kind: Application
spec:
  source:
    helm:
      values: |
${values(count).replace(/^/gm, '        ').trimEnd()}
`,
  'marked values': many(
    (i) => `a${i}:
  t: "1" # {"$imagepolicy": "a:b:tag"}
  n: acme/shop # {"$imagepolicy": "a:b:name"}
`,
  ),
  'documents of a file': many(
    (i) => `---
kind: Pod
metadata: {name: a${i}}
spec: {containers: [{name: a, image: "acme/shop:1"}]}
`,
  ),
} as const;

/** Milliseconds of CPU time in the fastest of three runs: of the bump, and of applying its changes. */
async function measured(text: string, count: number): Promise<readonly [bumped: number, applied: number]> {
  const times: [number, number][] = [];
  for (let run = 0; run < 3; run++) {
    const began = processorTime();
    const { matched } = bump(text, { image: 'acme/shop:2' });
    const bumped = processorTime();
    const changes = matched.flatMap((field) => field.changes);
    expect(changes.length).toBe(count);
    expect((await applyChanges(text, changes)).kind).toBe('applied');
    times.push([bumped - began, processorTime() - bumped]);
  }
  return [Math.min(...times.map(([first]) => first)), Math.min(...times.map(([, second]) => second))];
}

describe('time grows linearly, not quadratically, with the number of', () => {
  test.each(Object.entries(SHAPES))('%s', async (_name, write) => {
    const [bumped, applied] = await measured(write(FEW), FEW);
    const [bumpedMany, appliedMany] = await measured(write(FEW * TIMES), FEW * TIMES);
    expectWithNote(bumpedMany, `bump: ${bumped} ms, then ${bumpedMany} ms`).toBeLessThan(bumped * MAX_FACTOR);
    expectWithNote(appliedMany, `applying: ${applied} ms, then ${appliedMany} ms`).toBeLessThan(applied * MAX_FACTOR);
  });

  test('spaces inside a value', async () => {
    const spaced = (count: number) => `note: a${' '.repeat(count)}b\nimage: acme/shop:1\n`;
    const [few] = await measured(spaced(10 * FEW), 1);
    const [many] = await measured(spaced(10 * FEW * TIMES), 1);
    expectWithNote(many, `${few} ms, then ${many} ms`).toBeLessThan(few * MAX_FACTOR);
  });
});
