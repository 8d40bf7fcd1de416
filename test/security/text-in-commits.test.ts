import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { wordingOf } from '../../src/actions/open-gitops-PR/wording/wording.ts';
import { inertText, titleLine } from '../../src/github/inert-text.ts';
import { parseChanges } from '../../src/manifest/changes/file-change.ts';
import { GitOpsHarness, SHOP } from '../actions/open-gitops-PR/harness.ts';
import { expectWithNote } from '../jest-support.ts';
import { expectLinearTime } from '../processor-time.ts';

/**
 * Text of others must have no effect in a commit message, or in the title or body of a pull request: GitHub acts on mentions,
 * references and closing keywords there, on trailers, and CI systems on instructions.
 */
interface HostileText {
  readonly name: string;
  readonly text: string;
  /** What stays of it. */
  readonly inert: string;
}

const TEXTS: readonly HostileText[] = [
  { name: 'a mention', text: 'for @octocat', inert: 'for @\u200boctocat' },
  { name: 'a mention of a team', text: '(@acme/ops)', inert: '(@\u200bacme/ops)' },
  { name: 'a mention after an underscore', text: '_@octocat_', inert: '_@\u200boctocat_' },
  { name: 'a mention after a letter that is not ASCII', text: '\u00e9@octocat', inert: '\u00e9@\u200boctocat' },
  { name: 'a closing keyword', text: 'fixes #1', inert: 'fixes #\u200b1' },
  { name: 'a closing keyword with a colon', text: 'Resolves: #12', inert: 'Resolves: #\u200b12' },
  { name: 'an issue of another repository', text: 'closes acme/shop#7', inert: 'closes acme/shop#\u200b7' },
  { name: 'GH- and a number', text: 'Fixes GH-12', inert: 'Fixes GH\u201112' },
  { name: 'gh- and a number, after an underscore', text: 'fixes _gh-12', inert: 'fixes _gh\u201112' },
  {
    name: 'the URL of an issue',
    text: 'closes https://github.com/a/b/issues/1',
    inert: 'closes https: //github.com/a/b/issues/1',
  },
  {
    name: 'the URL of an issue after many spaces',
    text: `closes${' '.repeat(12)}HTTPS://github.com/a/b/pull/1`,
    inert: 'closes HTTPS: //github.com/a/b/pull/1',
  },
  { name: '[skip ci]', text: 'x [skip ci]', inert: 'x (skip ci)' },
  { name: '[CI skip]', text: 'x [CI skip]', inert: 'x (CI skip)' },
  { name: '[no ci]', text: 'x [no ci]', inert: 'x (no ci)' },
  { name: '[skip actions]', text: '[skip actions] x', inert: '(skip actions) x' },
  { name: '[ci-skip]', text: 'x[ci-skip]y', inert: 'x(ci-skip)y' },
  { name: '***NO_CI***', text: '***NO_CI***', inert: '***no ci***' },
  { name: '[skip ci] over two lines', text: '[skip\nci]', inert: '(skip ci)' },
  { name: 'skip-checks', text: 'x\n\n\nskip-checks: true', inert: 'x skip\u2011checks: true' },
  {
    name: 'a co-author',
    text: 'x\n\nCo-authored-by: Eve <eve@example.com>',
    inert: 'x Co-authored\u2011by: Eve <eve@example.com>',
  },
  { name: 'a sign-off', text: 'Signed-off-by : Eve <e@x.com>', inert: 'Signed-off\u2011by : Eve <e@x.com>' },
  {
    name: 'a trailer of the suite',
    text: 'x\r\nGitOps-Change: production/shop',
    inert: 'x GitOps\u2011Change: production/shop',
  },
  { name: 'line breaks of Unicode', text: 'x\u2028\u2029y\u0085z\v\fw', inert: 'x y z w' },
  { name: 'a bidi override', text: 'shop \u202ecod.exe', inert: 'shop <U+202E>cod.exe' },
  { name: 'a bidi isolate', text: '\u2066admin\u2069', inert: '<U+2066>admin<U+2069>' },
  { name: 'an invisible character', text: 'sh\u200bop', inert: 'sh<U+200B>op' },
  { name: 'hidden text in tag characters', text: 'x\u{e0041}', inert: 'x<U+E0041>' },
  { name: 'a mention that a hidden character splits', text: '@\u2060octocat', inert: '@<U+2060>octocat' },
  { name: 'colors of a terminal', text: '\u001b[31mred', inert: '[31mred' },
  { name: 'a workflow command', text: 'x\n::set-output name=a::b', inert: 'x ::set-output name=a::b' },
];

describe('inertText takes the effect from', () => {
  it.each(TEXTS)('$name', ({ text, inert }) => {
    expect(inertText(text)).toBe(inert);
    expect(inertText(inert)).toBe(inert);
  });

  it.each([
    'ghcr.io/acme/shop:1.4.2@sha256:4be1',
    'localhost:5000/shop',
    '[shop] Bump 1.4 to 1.5',
    'Fix #',
    'a-b: c',
    '\u{1f680} \u05e9\u05dc\u05d5\u05dd',
  ])('nothing in %s', (text) => expect(inertText(text)).toBe(text));

  it.each([
    ['[', '['],
    ['#@', 'x'],
    ['GH-', '-'],
    ['close ', ' '],
    ['[skip ', ''],
    ['-by ', ' '],
    [':', '/'],
    ['\n ', '\t'],
  ])('very many of %j, in linear time', (part, end) => {
    expectLinearTime((size) => inertText(part.repeat(size / part.length) + end), 100_000);
    expectLinearTime((size) => titleLine(part.repeat(size / part.length) + end), 100_000);
  });
});

function withoutOwnTrailers(message: string): string {
  return message.replace(/\n\nGitOps-Change: [\w./%-]+\nGitOps-Files: [0-9a-f]{40}\n?$/, '');
}

/** No text has an effect that isn't the suite's own. */
function expectInert(text: string): void {
  expect(text).not.toMatch(/(?<![A-Za-z0-9`])@[A-Za-z0-9]/);
  expect(text).not.toMatch(/(?<!^|\[)#\d/m);
  expect(text).not.toMatch(/\bGH-\d/i);
  expect(text).not.toMatch(/\[[^\]]*(skip|no ci)[^\]]*\]/i);
  expect(text).not.toMatch(/(close|fix|resolve)(s|d|es|ed)?:?\s+https?:\/\//i);
  expect(withoutOwnTrailers(text)).not.toMatch(/no_ci|^(skip-checks|[\w-]+-by|GitOps-\w+) ?:/im);
  expect(text).not.toMatch(/\p{Bidi_Control}|[\u2060\u{e0041}\u2028\u2029\u0085\v\f]/u);
}

/** The parts of a Markdown text that are no code, where GitHub looks for mentions and references. */
function outsideCode(markdown: string): string {
  return markdown
    .replace(/<!-- open-gitops-PR .* -->/, '')
    .replace(/^(`{3,})[\s\S]*?^\1$/gm, '')
    .replace(/(`+)(?!`).*?(?<!`)\1(?!`)/g, '');
}

describe('open-gitops-PR', () => {
  let harness: GitOpsHarness;
  beforeAll(async () => {
    harness = await GitOpsHarness.open();
  });
  afterAll(() => harness.close());

  const messageAt = (branch: string) => harness.repository.git.commit(harness.repository.branch(branch) ?? '').message;

  const changeTo = (text: string) => ({
    ...{ file: SHOP, document: 0, resource: 'Deployment/shop', path: 'spec.replicas', line: 6, old: '2', new: '3' },
    ...{ from: `shop:1 ${text}`, to: `${text} shop:2 ${text}`, image: text, kind: 'kubernetes' },
  });
  const none = { application: undefined, environment: undefined, title: undefined, body: undefined };
  const facts = { ...none, commitMessage: undefined, edits: [], source: undefined };

  it.each(TEXTS)('gives $name in the reference of an image no effect', ({ text }) => {
    const changes = parseChanges(JSON.stringify([changeTo(text)]));
    const { title, commitMessage, body } = wordingOf({ ...facts, changes, reverted: undefined });
    expect(title).not.toMatch(/\n/);
    for (const written of [title, commitMessage, outsideCode(body((path) => `https://example.com/${path}`))])
      expectInert(written);
  });

  it.each(TEXTS)('gives $name in a reverted title no effect', ({ text }) => {
    const reverted = { before: 'a', after: 'b', title: `Deploy ${text}`, name: '12' };
    const { title, commitMessage, body } = wordingOf({ ...facts, changes: undefined, reverted });
    expectInert(title);
    expectInert(commitMessage);
    const shown = outsideCode(body(() => 'https://example.com/'));
    expect(shown).not.toMatch(/(?<![A-Za-z0-9`])@[A-Za-z0-9]|#\d|(?<![A-Za-z0-9])GH-\d/i);
    expect(shown).not.toMatch(/(close|fix|resolve)(s|d|es|ed)?:?\s+https?:\/\//i);
  });

  it('writes no text of others with an effect to GitHub', async () => {
    const text = TEXTS.map((one) => one.text).join(' ');
    const changes = JSON.stringify([changeTo(text)]);
    const ran = await harness.run({ changes, environment: 'staging', application: 'shop' });
    expectWithNote(ran.exitCode, ran.log).toBe(0);
    const pull = harness.repository.pull(Number(ran.outputs['number']));
    expectInert(pull?.title ?? '');
    expectInert(messageAt('gitops/staging/shop'));
    expect(
      ran.log.split('\n').filter((line) => line.startsWith('::') && !line.startsWith('::add-mask::')),
    ).toStrictEqual([]);
  });

  it.each(['deploy/@octocat', 'deploy/#1', 'deploy/\u202egnp'])(
    'gives the branch %s no effect in the commit',
    async (branch) => {
      const changed = await harness.deploy('1.4.1', '1.4.2', { application: '', environment: '', branch });
      expectWithNote(changed.exitCode, changed.log).toBe(0);
      expectInert(messageAt(branch));
      const again = await harness.deploy('1.4.1', '1.4.2', {
        application: '',
        environment: '',
        branch,
        'on-foreign-commits': 'fail',
      });
      expectWithNote([again.exitCode, again.writes], again.log).toStrictEqual([0, []]);
    },
  );

  it('puts a title of several lines on one, and keeps the rest of it out of the trailers', async () => {
    const title = 'Deploy shop\r\n\r\nCo-authored-by: Eve <eve@example.com>';
    const ran = await harness.deploy('1.4.1', '1.4.2', { title, branch: 'lines' });
    expect(harness.repository.pull(Number(ran.outputs['number']))?.title).toBe(
      'Deploy shop Co-authored-by: Eve <eve@example.com>',
    );
    expect(messageAt('lines')).not.toMatch(/^Co-authored-by/m);
  });
});
