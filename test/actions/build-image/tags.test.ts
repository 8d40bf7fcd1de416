import { expect, test } from '@jest/globals';
import type { GitContext } from '../../../src/actions/build-image/source/git-context.ts';
import { tagRule } from '../../../src/actions/build-image/tags/rule.ts';
import { parseSemanticVersion } from '../../../src/actions/build-image/tags/semantic-version.ts';
import { tagsFor } from '../../../src/actions/build-image/tags/tags.ts';
import { expectWithNote } from '../../jest-support.ts';

const sha = '43591c2674b572be0d3efa81b2b840a3b5128c71';
const nothing: GitContext = {
  sha,
  ref: '',
  branch: undefined,
  tag: undefined,
  pullRequest: undefined,
  baseBranch: undefined,
  isDefaultBranch: false,
  time: undefined,
  url: undefined,
};
const onMain: GitContext = { ...nothing, ref: 'refs/heads/main', branch: 'main', isDefaultBranch: true };
const onFeature: GitContext = { ...nothing, ref: 'refs/heads/feature/Cart+1', branch: 'feature/Cart+1' };
const onTag = (tag: string): GitContext => ({ ...nothing, ref: `refs/tags/${tag}`, tag });
const onPullRequest: GitContext = { ...nothing, ref: 'refs/pull/12/merge', pullRequest: '12', baseBranch: 'main' };

const tags = (rules: string, git: GitContext) =>
  tagsFor(
    rules.split('\n').map((line) => tagRule.parse(line.trim())),
    git,
  );

for (const [rules, git, expected] of [
  ['1.4.2', onMain, ['1.4.2']],
  ['type=raw,value=nightly', onMain, ['nightly']],
  ['type=sha', onMain, ['sha-43591c2']],
  ['type=sha,format=long,prefix=', onMain, [sha]],
  ['type=sha,prefix={{branch}}-', onMain, ['main-43591c2']],
  ['type=ref,event=branch\ntype=sha', onFeature, ['feature-Cart-1', 'sha-43591c2']],
  ['type=ref,event=tag', onTag('release/7'), ['release-7']],
  ['type=ref,event=pr\ntype=ref,event=branch', onPullRequest, ['pr-12']],
  ['type=ref,event=branch\ntype=raw,value=latest,enable={{is_default_branch}}', onMain, ['main', 'latest']],
  ['type=ref,event=branch\ntype=raw,value=latest,enable={{is_default_branch}}', onFeature, ['feature-Cart-1']],
  ['type=sha\ntype=raw,value=r\ntype=ref,event=branch', onMain, ['main', 'r', 'sha-43591c2']],
  ['type=sha,priority=2000\ntype=ref,event=branch', onMain, ['sha-43591c2', 'main']],
  [
    'type=semver,pattern={{version}}\ntype=semver,pattern={{major}}.{{minor}}\ntype=semver,pattern=v{{major}}',
    onTag('v1.4.2'),
    ['1.4.2', '1.4', 'v1'],
  ],
  ['type=semver,pattern={{version}}\ntype=semver,pattern={{major}}.{{minor}}', onTag('v2.0.0-rc.1'), ['2.0.0-rc.1']],
  ['type=semver,pattern={{raw}}', onTag('v1.4.2'), ['v1.4.2']],
  ['type=semver,pattern={{version}},value=3.1.0', onMain, ['3.1.0']],
  ['type=semver,pattern={{version}}\ntype=sha', onMain, ['sha-43591c2']],
  ['type=raw,value=x,suffix=-alpine\nx-alpine', onMain, ['x-alpine']],
  ['type=raw,"value=a,b"', onMain, ['a-b']],
  ['type=ref,event=branch', { ...onMain, branch: `.${'x'.repeat(200)}` }, ['x'.repeat(128)]],
] as const) {
  test(`${rules.replaceAll('\n', ' · ')} on ${git.ref.slice(0, 40)} gives ${expected.join(', ').slice(0, 40)}`, () => {
    expect(tags(rules, git)).toStrictEqual(expected);
  });
}

test.each([
  ['type=schedul,pattern=x', /The type "schedul" is unknown/],
  ['type=semvr,pattern={{version}}', /did you mean "semver"\?/],
  ['type=schedule', /"schedule" is unknown; the types are raw, sha, ref, semver/],
  ['type=sha,formt=long', /takes format, enable.*but not "formt"/],
  ['type=sha,format=medium', /short or long/],
  ['type=ref', /needs event=branch/],
  ['type=ref,event=push', /needs event=branch/],
  ['type=raw', /needs value/],
  ['type=semver', /needs pattern/],
  ['type=sha,priority=high', /whole number/],
  ['ghcr.io/acme/shop:1.2', /Write "1\.2" here; the repository belongs in `image`/],
  ['feature/x', /1 to 128 letters/],
] as const)('%s is refused with the reason', (rule, problem) => {
  expect(() => tagRule.parse(rule)).toThrow(
    expect.objectContaining({ name: 'InvalidInput', message: expect.stringMatching(problem) }),
  );
});

for (const [rules, git, problem] of [
  ['type=ref,event=tag', onMain, /gives no tag for refs\/heads\/main/],
  ['type=semver,pattern={{version}},value=one', onMain, /"one", which is not a semantic version/],
  ['type=raw,value={{brnch}}', onMain, /unknown placeholder "\{\{brnch\}\}"/],
  ['type=raw,value={{constructor}}', onMain, /unknown placeholder "\{\{constructor\}\}"/],
  ['type=raw,value=x,enable=maybe', onMain, /enable=maybe/],
] as const) {
  test(`${rules} on ${git.ref} is refused`, () => {
    expect(() => tags(rules, git)).toThrow(
      expect.objectContaining({ code: 'input-invalid', message: expect.stringMatching(problem) }),
    );
  });
}

test('a version is parsed by the grammar of semver.org', () => {
  expect(parseSemanticVersion('v1.2.3+build.5')?.full).toBe('1.2.3');
  for (const text of ['1.2', '01.2.3', '1.2.3.4', 'latest', '1.2.3-'])
    expectWithNote(parseSemanticVersion(text), text).toBeUndefined();
});
