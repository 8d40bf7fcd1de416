import { describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { expectWithNote } from '../../jest-support.ts';
import { bump } from '../harness.ts';
import { constructs, streams } from './constructs.ts';

/** Image fields in several kinds of documents, with text before and after them. */
const FIELDS = {
  container: (value: string, [top, bottom]: readonly string[]) =>
    `kind: Pod\n${top}spec:\n  containers:\n    - name: app\n      image: ${value} # bumped\n      tty: true\n${bottom}`,
  'flow container': (value: string, [top, bottom]: readonly string[]) =>
    `kind: Pod\n${top}spec: {containers: [{name: app, image: ${value} , tty: true}]}\n${bottom}`,
  value: (value: string, [top, bottom]: readonly string[]) => `${top}image: ${value}\n${bottom}`,
} as const;

const OLD = 'ghcr.io/acme/shop:1.4.1';
const NEW = 'ghcr.io/acme/shop:1.10';
const styles = [(text: string) => text, (text: string) => `'${text}'`, (text: string) => `"${text}"`];

/** Bumps a text, and checks that it is changed as expected, or refused with a reason. Returns which. */
function outcome(before: string, after: string): 'changed' | 'refused' {
  const { edited, refused, skipped } = bump(before, { image: NEW });
  if (edited) {
    expect(edited.text).toBe(after);
    return 'changed';
  }
  expectWithNote(
    [...refused, ...skipped].some(({ reason }) => reason.length > 0),
    `neither changed nor refused:\n${before}`,
  ).toBeTruthy();
  return 'refused';
}

describe('a bump next to a construct of YAML 1.2 (chapters 5 to 8) changes only the image', () => {
  test.each(constructs)('$section: $name', ({ text }) => {
    expectWithNote(
      parseAllDocuments(text, { uniqueKeys: false }).flatMap(({ errors }) => errors.map(({ message }) => message)),
      'the construct itself is YAML',
    ).toStrictEqual([]);
    for (const [kind, field] of Object.entries(FIELDS))
      for (const quote of styles)
        for (const around of [
          [text, ''],
          ['', text],
        ])
          for (const lines of ['\n', '\r\n']) {
            const write = (value: string) => field(quote(value), around).replaceAll('\n', lines);
            expectWithNote(outcome(write(OLD), write(NEW)), `${kind}:\n${write(OLD)}`).toBe('changed');
          }
  });
});

describe('a bump in a document with any start and end (chapter 9) changes only the image', () => {
  test.each(streams)('$section: $name', ({ before, after }) => {
    for (const field of Object.values(FIELDS))
      for (const end of ['', '\n'])
        for (const lines of ['\n', '\r\n']) {
          const whole = (value: string) => {
            const text = before + field(value, ['', '']) + after;
            return (end === '' ? text.replace(/\n+$/, '') : text).replaceAll('\n', lines);
          };
          expectWithNote(outcome(whole(OLD), whole(NEW)), whole(OLD)).toBe('changed');
        }
  });
});

describe('a value in any style is changed or refused', () => {
  test.each([
    ['plain', `image: ${OLD}\n`, `image: ${NEW}\n`],
    ['plain, on the next line', `image:\n  ${OLD}\n`, `image:\n  ${NEW}\n`],
    ['single quotes', `image: '${OLD}'\n`, `image: '${NEW}'\n`],
    ['double quotes with escapes', 'image: "ghcr.io\\/acme\\x2fshop:1.4.1"\n', `image: "${NEW}"\n`],
    ['double quotes over lines', 'image: "ghcr.io/acme/\\\n  shop:1.4.1"\n', `image: "${NEW}"\n`],
    ['with a tag and an anchor', `image: !!str &a ${OLD}\n`, `image: !!str &a ${NEW}\n`],
    ['under an explicit key', `? image\n: ${OLD}\n`, `? image\n: ${NEW}\n`],
    ['under a quoted key', `"image" : ${OLD}\n`, `"image" : ${NEW}\n`],
    ['in a list of pairs', `- [image: ${OLD}]\n`, `- [image: ${NEW}]\n`],
    ['a literal', `image: |-\n  ${OLD}\n`, undefined],
    ['a folded scalar', `image: >-\n  ${OLD}\n`, undefined],
    ['a folded scalar over lines', `image: >-\n  ${OLD}\n\n`, undefined],
    ['an alias', `x: &i ${OLD}\nimage: *i\n`, undefined],
    ['in a mapping that is merged', `x: &i {image: ${OLD}}\ny: {<<: *i}\n`, undefined],
    ['under a key that appears twice', `image: ${OLD}\nimage: x\n`, undefined],
    ['tagged as a number', `image: !!int ${OLD}\n`, undefined],
  ] as const)('%s', (_name, before, after) => {
    expect(outcome(before, after ?? before)).toBe(after === undefined ? 'refused' : 'changed');
  });
});

test('a value with the tag !!binary is not an image', () => {
  const { edited, matched } = bump(`image: !!binary ${OLD}\n`, { image: NEW });
  expect([edited, matched]).toStrictEqual([undefined, []]);
});
