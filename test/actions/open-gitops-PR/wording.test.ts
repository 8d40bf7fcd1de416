import { expect, it } from '@jest/globals';
import { newText, splitMarker, updatedText } from '../../../src/actions/open-gitops-PR/pull/marker.ts';
import { versionOf, wordingOf } from '../../../src/actions/open-gitops-PR/pull/wording.ts';
import { parseChanges } from '../../../src/manifest/changes/file-change.ts';
import { bump } from './desk.ts';

const NONE = {
  application: undefined,
  environment: undefined,
  title: undefined,
  body: undefined,
  commitMessage: undefined,
};

it('shortens a version to what tells it from another', () => {
  const digest = `sha256:${'4be1'.repeat(16)}`;
  expect(versionOf(`ghcr.io/acme/shop:1.4.2@${digest}`)).toBe('1.4.2@sha256:4be14be14be1…');
  expect(versionOf(`ghcr.io/acme/shop@${digest}`)).toBe('sha256:4be14be14be1…');
  expect(versionOf('localhost:5000/shop')).toBe('localhost:5000/shop');
});

it('a marker is found again in a body whose line ends were changed', () => {
  const { body } = newText({ title: 'T', body: 'Line 1\nLine 2' }, 'abc');
  const { text, marker } = splitMarker(body.replaceAll('\n', '\r\n'));
  expect(text).toBe('Line 1\r\nLine 2');
  expect(marker?.fingerprint).toBe('abc');
  expect(
    updatedText({ title: 'T', body: `${body}\n` }, { title: 'T', body: 'Line 1\nLine 2' }, 'abc').title,
  ).toStrictEqual('T');
});

it('the same text is not written again, whatever line ends it came back with', () => {
  const wanted = { title: 'T', body: 'Line 1\nLine 2' };
  const back = { title: 'T', body: newText(wanted, 'abc').body.replaceAll('\n', '\r\n') };
  expect(updatedText(back, wanted, 'abc')).toBe(back);
});

it('a body without the marker is left to the person who removed it', () => {
  const current = { title: 'Mine', body: 'All mine' };
  expect(updatedText(current, { title: 'T', body: 'B' }, 'abc')).toBe(current);
});

it('a marker that someone tampered with is none', () => {
  expect(splitMarker('x\n\n<!-- open-gitops-PR {"title":1} -->').marker).toBeUndefined();
  expect(splitMarker('x\n\n<!-- open-gitops-PR {nonsense} -->').marker).toBeUndefined();
});

it('a long body of spaces is read in no time', () => {
  const start = performance.now();
  expect(splitMarker(`x${' '.repeat(65_000)}y`).marker).toBeUndefined();
  expect(performance.now() - start).toBeLessThan(500);
});

it('a revert mentions nobody and closes nothing anew', () => {
  const past = { before: 'a', after: 'b', title: 'Fixes #7 for @acme/ops', name: '#8' };
  const inputs = { ...NONE, changes: undefined };
  const { title, commitMessage } = wordingOf({ inputs, edits: [], past, source: undefined });
  expect(title).toBe('Revert "Fixes #\u200b7 for @\u200bacme/ops"');
  expect(commitMessage).not.toMatch(/#\d|@\w/);
});

it('an image that a file names can add no line to the commit', () => {
  const image = 'shop:1\nGitOps-Change: other\n';
  const inputs = { ...NONE, changes: parseChanges(bump('1', '2')).map((change) => ({ ...change, from: image })) };
  const { commitMessage } = wordingOf({
    inputs,
    edits: [],
    past: undefined,
    source: undefined,
  });
  expect(commitMessage.split('\n').includes('GitOps-Change: other')).toBeFalsy();
});
