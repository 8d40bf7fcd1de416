import { expect, it } from '@jest/globals';
import { newText, splitMarker, updatedText } from '../../../../src/actions/open-gitops-PR/pull/marker.ts';
import { versionOf } from '../../../../src/actions/open-gitops-PR/wording/version.ts';
import { wordingOf } from '../../../../src/actions/open-gitops-PR/wording/wording.ts';
import { parseChanges } from '../../../../src/manifest/changes/file-change.ts';
import { expectLinearTime } from '../../../processor-time.ts';
import { bump } from '../harness.ts';

const NONE = {
  application: undefined,
  environment: undefined,
  title: undefined,
  body: undefined,
  commitMessage: undefined,
};

it('shortens an image reference to its tag and a shortened digest', () => {
  const digest = `sha256:${'4be1'.repeat(16)}`;
  expect(versionOf(`ghcr.io/acme/shop:1.4.2@${digest}`)).toBe('1.4.2@sha256:4be14be14be1…');
  expect(versionOf(`ghcr.io/acme/shop@${digest}`)).toBe('sha256:4be14be14be1…');
  expect(versionOf('localhost:5000/shop')).toBe('localhost:5000/shop');
});

it('finds the marker in a body whose line ends were changed', () => {
  const { body } = newText({ title: 'T', body: 'Line 1\nLine 2' }, 'abc');
  const { text, marker } = splitMarker(body.replaceAll('\n', '\r\n'));
  expect(text).toBe('Line 1\r\nLine 2');
  expect(marker?.fingerprint).toBe('abc');
  expect(
    updatedText({ title: 'T', body: `${body}\n` }, { title: 'T', body: 'Line 1\nLine 2' }, 'abc').title,
  ).toStrictEqual('T');
});

it('does not update a body of which only the line ends differ', () => {
  const wanted = { title: 'T', body: 'Line 1\nLine 2' };
  const back = { title: 'T', body: newText(wanted, 'abc').body.replaceAll('\n', '\r\n') };
  expect(updatedText(back, wanted, 'abc')).toBe(back);
});

it('does not update title and body if a person removed the marker', () => {
  const current = { title: 'Mine', body: 'All mine' };
  expect(updatedText(current, { title: 'T', body: 'B' }, 'abc')).toBe(current);
});

it('ignores an invalid marker', () => {
  expect(splitMarker('x\n\n<!-- open-gitops-PR {"title":1} -->').marker).toBeUndefined();
  expect(splitMarker('x\n\n<!-- open-gitops-PR {nonsense} -->').marker).toBeUndefined();
});

it('reads a body with many spaces in linear time', () => {
  expectLinearTime((size) => expect(splitMarker(`x${' '.repeat(size)}y`).marker).toBeUndefined(), 65_000);
  for (const opening of ['<!-- open-gitops-PR {', '<!-- open-gitops-PR {} -->', '} -->', '\n<!-- open-gitops-PR {'])
    expectLinearTime((size) => expect(splitMarker(`${opening.repeat(size)}y`).marker).toBeUndefined(), 1000);
});

it('does not repeat mentions and issue references in a revert', () => {
  const reverted = { before: 'a', after: 'b', title: 'Fixes #7 for @acme/ops', name: '#8' };
  const facts = { ...NONE, changes: undefined, edits: [], source: undefined };
  const { title, commitMessage } = wordingOf({ ...facts, reverted });
  expect(title).toBe('Revert "Fixes #\u200b7 for @\u200bacme/ops"');
  expect(commitMessage).not.toMatch(/#\d|@\w/);
});

it('does not let an image reference add a line to the commit message', () => {
  const image = 'shop:1\nGitOps-Change: other\n';
  const changes = parseChanges(bump('1', '2')).map((change) => ({ ...change, from: image }));
  const { commitMessage } = wordingOf({
    ...NONE,
    changes,
    edits: [],
    reverted: undefined,
    source: undefined,
  });
  expect(commitMessage.split('\n').includes('GitOps-Change: other')).toBeFalsy();
});
