import { describe, expect, it, test } from '@jest/globals';
import { escapeLogLine } from '../../src/core/escape-log-line.ts';
import { showInvisible } from '../../src/core/invisible.ts';
import { createLog } from '../../src/core/log.ts';
import { code, codeBlock, details, escapeMarkdown, escapeProse } from '../../src/core/markdown.ts';
import { Secrets } from '../../src/core/secrets.ts';
import { fakeRunner } from '../fakes/runner.ts';
import { expectWithNote } from '../jest-support.ts';

/** Characters that nobody sees are shown as escapes wherever foreign text is shown: they can hide text, or change its order. */

const INVISIBLE: Readonly<Record<string, readonly number[]>> = {
  'bidi embeddings and overrides': [0x202a, 0x202b, 0x202c, 0x202d, 0x202e],
  'bidi isolates': [0x2066, 0x2067, 0x2068, 0x2069],
  'zero-width characters and marks': [0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2060, 0xfeff, 0x061c, 0x180e, 0x00ad],
  'invisible operators': [0x2061, 0x2062, 0x2063, 0x2064],
  'deprecated format characters': [0x206a, 0x206f, 0xfff9, 0xfffb],
  tags: [0xe0000, 0xe0001, 0xe0041, 0xe007f],
  'supplementary variation selectors': [0xe0100, 0xe01ef],
  fillers: [0x115f, 0x1160, 0x3164, 0xffa0],
};

const CHARACTERS = Object.entries(INVISIBLE).flatMap(([name, points]) =>
  points.map(
    (point) => [name, `U+${point.toString(16).toUpperCase().padStart(4, '0')}`, String.fromCodePoint(point)] as const,
  ),
);

/** What each sink shows of a text, in all the places that a log has. */
async function logged(text: string): Promise<string> {
  const lines: string[] = [];
  const log = createLog(
    fakeRunner({ RUNNER_DEBUG: '1' }, (line) => lines.push(line)),
    new Secrets(),
    'greet',
  );
  log.info(text);
  log.debug(text);
  for (const level of ['notice', 'warning', 'error'] as const) log[level](text, { title: text, file: text });
  await log.group(text, async () => {});
  return lines.join('\n');
}

describe.each(CHARACTERS)('of the %s, %s', (_, name, character) => {
  const text = `a${character}b`;

  it.each([
    ['a log line', escapeLogLine],
    ['Markdown text', escapeMarkdown],
    ['Markdown prose', escapeProse],
    ['Markdown prose with code', (one: string) => escapeProse(`x \`${one}\``)],
    ['Markdown code', code],
    ['a Markdown code block', codeBlock],
    ['a Markdown section', (one: string) => details(one, '')],
  ])('is shown as an escape in %s', (_sink, write) => {
    const shown = write(text);
    expect(shown).not.toContain(character);
    expect(shown.replaceAll('\\', '')).toContain(name);
  });

  it('is shown as an escape in logs, annotations and their titles', async () => {
    const shown = await logged(text);
    expect(shown).not.toContain(character);
    expectWithNote(shown.split(`<${name}>`).length - 1, shown).toBe(12);
  });
});

test('visible text stays as it is: letters of all scripts, emoji with their variation selectors, tabs, color sequences', () => {
  for (const text of ['grün ключ 鍵 مفتاح', '✔️ ❤️ 🔑', 'a\tb', '\u001b[31mred\u001b[0m', 'e\u0301']) {
    expect(showInvisible(text)).toBe(text);
    expect(escapeLogLine(text)).toBe(text);
  }
});

test('the zero-width space of our own texts, after which nobody is mentioned, stays', () => {
  expect(showInvisible('@\u200bacme #\u200b1')).toBe('@\u200bacme #\u200b1');
  expect(showInvisible('a\u200bb')).toBe('a<U+200B>b');
});
