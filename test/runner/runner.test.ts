import { expect, test } from '@jest/globals';
import { inputVariables, readKeyValues } from './command-files.ts';
import { Screen } from './screen.ts';

test('a step sees its inputs as the runner hands them over, with the defaults of action.yml', () => {
  const specs = { 'dry-run': { default: 'false' }, token: { default: '${{ github.token }}' }, path: {} };
  expect(inputVariables(specs, { 'dry-run': 'true' }, { token: 't0ken' })).toStrictEqual({
    'INPUT_DRY-RUN': 'true',
    INPUT_TOKEN: 't0ken',
  });
});

test('a step leaves its outputs in a file', () => {
  expect(readKeyValues('a=b=c\nlong<<EOF\none\ntwo\nEOF\nempty<<X\n\nX\n')).toStrictEqual({
    a: 'b=c',
    long: 'one\ntwo',
    empty: '',
  });
  expect(() => readKeyValues('open<<EOF\nvalue\n')).toThrow(/never ends/);
});

test('a person sees text, groups and annotations, and no secret', () => {
  const screen = new Screen(undefined);
  for (const line of [
    '::add-mask::s3cret',
    '::group::Push',
    'with s3cret',
    '::endgroup::',
    '::error title=build%3A denied::no%0A→ s3cret',
  ]) {
    screen.show(line);
  }
  expect(screen.lines).toStrictEqual(['▸ Push', 'with ***', '✗ build: denied: no', '→ ***']);
  expect(screen.annotations).toStrictEqual([{ level: 'error', title: 'build: denied', message: 'no\n→ ***' }]);
});

test('a command that the runner refuses is not let through', () => {
  expect(() => new Screen(undefined).show('::set-output name=a::b')).toThrow(/refuses/);
});
