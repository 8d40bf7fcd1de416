import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fitting } from '../../../src/actions/open-gitops-PR/pull/fitting.ts';
import { wordingOf } from '../../../src/actions/open-gitops-PR/pull/wording.ts';
import { parseChanges } from '../../../src/manifest/changes/file-change.ts';
import { expectWithNote } from '../../jest-support.ts';
import { bump, Desk } from './desk.ts';

const CUT = /left out: GitHub takes no more than 65,536 characters/;

describe('a body that is longer than GitHub takes', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await Desk.open();
  });
  afterEach(() => desk.close());

  it('is cut between two rows of its table, says so, and still says where it comes from', () => {
    const names = Array.from({ length: 700 }, (_, i) => `application-number-${i}`);
    const changes = parseChanges(JSON.stringify(names.flatMap((name) => JSON.parse(bump('1', '2', name)))));
    const source = { name: 'acme/shop@0123', url: 'https://example.com/' };
    const none = { application: undefined, title: undefined, body: undefined, commitMessage: undefined };
    const inputs = { ...none, environment: 'staging', changes };
    const body = wordingOf({ inputs, edits: [], past: undefined, source }).body(
      (path) => `https://example.com/${path}`,
    );
    expect(body.length).toBeLessThanOrEqual(65_536 - 1000);
    expect(body).toMatch(/application-number-100\b.*\n/);
    expect(body).toMatch(/ \|\n\n_The rest is left out[^_]*_\n\nAsked for by \[`acme\/shop@0123`\]/);
  });

  it('is cut where it was given as an input', async () => {
    const text = `\`\`\`\n${'a line of the body\n'.repeat(5000)}\`\`\`\n`;
    const { exitCode, log } = await desk.deploy('1.4.1', '1.4.2', { body: text });
    expectWithNote(exitCode, log).toBe(0);
    expect(desk.repository.pull(1)?.body ?? '').toMatch(CUT);
    expect((await desk.deploy('1.4.1', '1.4.2', { body: text })).writes).toStrictEqual([]);
  });

  it('a revert of a long title has a title that GitHub takes', async () => {
    await desk.deploy('1.4.1', '1.4.2', { title: 'T'.repeat(256), merge: 'direct' });
    const { exitCode, log } = await desk.run({ mode: 'revert', revert: '1' });
    expectWithNote(exitCode, log).toBe(0);
    expect(desk.repository.pull(2)?.title ?? '').toMatch(/^Revert "T{200,}…"$/);
  });
});

describe('parts of Markdown', () => {
  it('that fit stay as they are', () => {
    expect(fitting(['a', 'b\nc'], 100)).toBe('a\n\nb\nc');
  });

  it('are left out whole where they are folded, and cut between lines where not', () => {
    const cut = fitting(['a', `<details>${'x'.repeat(500)}</details>`], 300);
    expectWithNote(cut.startsWith('a\n\n_The rest'), cut).toBeTruthy();
    const lines = fitting([`${'12345678\n'.repeat(50)}`], 300);
    expect(lines).toMatch(/^(12345678\n)+\n_The rest/);
    expect(lines.length).toBeLessThanOrEqual(300);
  });

  it('never leave a block of code open, nor half a character', () => {
    const open = fitting([`~~~~js\n${'code();\n'.repeat(100)}~~~~`], 300);
    expect(open).toMatch(/\n~~~~\n\n_The rest/);
    expect(open.length).toBeLessThanOrEqual(300);
    const wide = fitting(['\u{1f680}'.repeat(400)], 301);
    expect(wide.isWellFormed()).toBeTruthy();
    expect(wide.length).toBeLessThanOrEqual(301);
  });
});
