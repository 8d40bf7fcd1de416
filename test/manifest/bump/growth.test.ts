import { describe, expect, test } from '@jest/globals';
import { applyChanges } from '../../../src/manifest/changes/apply-changes.ts';
import { expectWithNote } from '../../jest-support.ts';
import { bump } from '../harness.ts';

const FEW = 500;
const TIMES = 16;
/** 16 times as many fields take 16 times as long where each is looked for on its own, and 256 times where each is beside all. */
const MOST = 64;

const many = (entry: (index: number) => string) => (count: number) =>
  Array.from({ length: count }, (_, index) => entry(index)).join('');
const values = many((i) => `app${i}: {image: "acme/shop:1"}\n`);

const SHAPES = {
  'a list with names': many((i) => `- {name: a${i}, image: "acme/shop:1"}\n`),
  'a list without names': many(() => '- {image: "acme/shop:1"}\n'),
  'a mapping': values,
  'a list of images': (count: number) =>
    `kind: Kustomization\nimages:\n${many((i) => `- {name: x${i}, newName: acme/shop, newTag: v1}\n`)(count)}`,
  'the values in a block scalar': (count: number) =>
    `apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source:\n    helm:\n      values: |\n${values(count).replace(/^/gm, '        ').trimEnd()}\n`,
  'marked values': many(
    (i) => `a${i}:\n  t: "1" # {"$imagepolicy": "a:b:tag"}\n  n: acme/shop # {"$imagepolicy": "a:b:name"}\n`,
  ),
  'documents of a stream': many(
    (i) => `---\nkind: Pod\nmetadata: {name: a${i}}\nspec: {containers: [{name: a, image: "acme/shop:1"}]}\n`,
  ),
} as const;

/** Milliseconds of the processor in the quickest of three runs: of the bump, and of making its changes again. */
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

/** What else the machine does takes time, but none of this process's. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

describe('time grows with the number of fields, not with its square', () => {
  for (const [name, write] of Object.entries(SHAPES))
    test(name, async () => {
      const [bumped, applied] = await measured(write(FEW), FEW);
      const [bumpedMany, appliedMany] = await measured(write(FEW * TIMES), FEW * TIMES);
      expectWithNote(bumpedMany, `bump: ${bumped} ms, then ${bumpedMany} ms`).toBeLessThan(bumped * MOST);
      expectWithNote(appliedMany, `changes made again: ${applied} ms, then ${appliedMany} ms`).toBeLessThan(
        applied * MOST,
      );
    });

  test('spaces inside of a value', async () => {
    const spaced = (count: number) => `note: a${' '.repeat(count)}b\nimage: acme/shop:1\n`;
    const [few] = await measured(spaced(10 * FEW), 1);
    const [many] = await measured(spaced(10 * FEW * TIMES), 1);
    expectWithNote(many, `${few} ms, then ${many} ms`).toBeLessThan(few * MOST);
  });
});
