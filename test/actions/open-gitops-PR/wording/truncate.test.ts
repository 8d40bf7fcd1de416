import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { truncateMarkdown } from '../../../../src/actions/open-gitops-PR/wording/truncate.ts';
import { wordingOf } from '../../../../src/actions/open-gitops-PR/wording/wording.ts';
import { parseChanges } from '../../../../src/manifest/changes/file-change.ts';
import { expectWithNote } from '../../../jest-support.ts';
import { bump, GitOpsHarness } from '../harness.ts';

const TRUNCATED = /left out: GitHub accepts at most 65,536 characters/;

describe('a body that is longer than GitHub accepts', () => {
  let harness: GitOpsHarness;
  beforeEach(async () => {
    harness = await GitOpsHarness.open();
  });
  afterEach(() => harness.close());

  it('is cut between two table rows, with a note, and keeps the link to its source', () => {
    const names = Array.from({ length: 700 }, (_, i) => `application-number-${i}`);
    const changes = parseChanges(JSON.stringify(names.flatMap((name) => JSON.parse(bump('1', '2', name)))));
    const source = { name: 'acme/shop@0123', url: 'https://example.com/' };
    const none = { application: undefined, title: undefined, body: undefined, commitMessage: undefined };
    const facts = { ...none, environment: 'staging', changes, edits: [], reverted: undefined, source };
    const body = wordingOf(facts).body((path) => `https://example.com/${path}`);
    expect(body.length).toBeLessThanOrEqual(65_536 - 1000);
    expect(body).toMatch(/application-number-100\b.*\n/);
    expect(body).toMatch(/ \|\n\n_The rest is left out[^_]*_\n\nRequested by \[`acme\/shop@0123`\]/);
  });

  it('is cut even if it comes from the input `body`', async () => {
    const text = `\`\`\`\n${'a line of the body\n'.repeat(5000)}\`\`\`\n`;
    const { exitCode, log } = await harness.deploy('1.4.1', '1.4.2', { body: text });
    expectWithNote(exitCode, log).toBe(0);
    expect(harness.repository.pull(1)?.body ?? '').toMatch(TRUNCATED);
    expect((await harness.deploy('1.4.1', '1.4.2', { body: text })).writes).toStrictEqual([]);
  });

  it('has a title that GitHub accepts if it reverts a pull request with a long title', async () => {
    await harness.deploy('1.4.1', '1.4.2', { title: 'T'.repeat(256), merge: 'direct' });
    const { exitCode, log } = await harness.run({ mode: 'revert', revert: '1' });
    expectWithNote(exitCode, log).toBe(0);
    expect(harness.repository.pull(2)?.title ?? '').toMatch(/^Revert "T{200,}…"$/);
  });
});

describe('truncateMarkdown', () => {
  it('keeps parts that fit unchanged', () => {
    expect(truncateMarkdown(['a', 'b\nc'], 100)).toBe('a\n\nb\nc');
  });

  it('drops a folded part that does not fit, and cuts other parts between lines', () => {
    const cut = truncateMarkdown(['a', `<details>${'x'.repeat(500)}</details>`], 300);
    expectWithNote(cut.startsWith('a\n\n_The rest'), cut).toBeTruthy();
    const lines = truncateMarkdown([`${'12345678\n'.repeat(50)}`], 300);
    expect(lines).toMatch(/^(12345678\n)+\n_The rest/);
    expect(lines.length).toBeLessThanOrEqual(300);
  });

  it('closes an open code block, and never splits a character', () => {
    const open = truncateMarkdown([`~~~~js\n${'code();\n'.repeat(100)}~~~~`], 300);
    expect(open).toMatch(/\n~~~~\n\n_The rest/);
    expect(open.length).toBeLessThanOrEqual(300);
    const wide = truncateMarkdown(['\u{1f680}'.repeat(400)], 301);
    expect(wide.isWellFormed()).toBeTruthy();
    expect(wide.length).toBeLessThanOrEqual(301);
  });
});
