import { describe, expect, test } from '@jest/globals';
import { type BumpOptions, bump, bumped, digest } from '../harness.ts';

const D1 = digest('1');
const D2 = digest('2');
const pod = (image: string) => `kind: Pod\nspec: {containers: [{name: a, image: "${image}"}]}\n`;
const imageAfter = (before: string, options: BumpOptions) =>
  /image: "(?<image>.*)"/.exec(bumped(pod(before), options))?.groups?.['image'];
const refusals = (text: string, options: BumpOptions) => bump(text, options).refused.map(({ reason }) => reason);

describe('newer-only', () => {
  const newerOnly = true;
  test('accepts a newer tag, and the same tag with another digest', () => {
    for (const [before, after] of [
      ['acme/shop:1.4', 'acme/shop:1.4.1'],
      ['acme/shop:v1.9.0', 'acme/shop:1.10.0'],
      ['acme/shop:main-9', 'acme/shop:main-10'],
      [`acme/shop:latest@${D1}`, `acme/shop:latest@${D2}`],
    ] as const)
      expect(imageAfter(before, { image: after, newerOnly })).toBe(after);
    expect(imageAfter('acme/shop', { image: 'acme/shop:1', pin: 'tag', newerOnly })).toBe('acme/shop:1');
  });

  test('refuses an older tag and an unknown order, but not a field that is current', () => {
    for (const [before, after, why] of [
      ['acme/shop:1.10.0', 'acme/shop:1.9.0', /would go back from 1\.10\.0 to 1\.9\.0$/],
      ['acme/shop:1.0.0', 'acme/shop:1.0.0-rc.1', /would go back/],
      ['acme/shop:latest', 'acme/shop:1.0.0', /would change from latest to 1\.0\.0, and it is unknown which is newer$/],
      [
        `acme/shop@${D1}`,
        `acme/shop@${D2}`,
        /would change from a digest to a digest, and it is unknown which is newer$/,
      ],
    ] as const) {
      expect(refusals(pod(before), { image: after, newerOnly }).join()).toMatch(why);
      expect(refusals(pod(after), { image: after, newerOnly })).toStrictEqual([]);
    }
  });
});
