import { expect, test } from '@jest/globals';
import { inputVariables, readKeyValues } from './command-files.ts';
import { LogView } from './log-view.ts';

test('a step gets its inputs as INPUT_* variables, with the defaults of action.yml', () => {
  const specs = { 'dry-run': { default: 'false' }, token: { default: '${{ github.token }}' }, path: {} };
  expect(inputVariables(specs, { 'dry-run': 'true' }, { token: 't0ken' })).toStrictEqual({
    'INPUT_DRY-RUN': 'true',
    INPUT_TOKEN: 't0ken',
  });
});

test('the outputs of a step are parsed from its file', () => {
  expect(readKeyValues('a=b=c\nlong<<EOF\none\ntwo\nEOF\nempty<<X\n\nX\n')).toStrictEqual({
    a: 'b=c',
    long: 'one\ntwo',
    empty: '',
  });
  expect(() => readKeyValues('open<<EOF\nvalue\n')).toThrow(/no closing delimiter/);
});

test('the log shows text, groups and annotations, with secrets masked', () => {
  const logView = new LogView(undefined);
  for (const line of [
    '::add-mask::s3cret',
    '::group::Push',
    'with s3cret',
    '::endgroup::',
    '::error title=build%3A denied::no%0A→ s3cret',
  ]) {
    logView.show(line);
  }
  expect(logView.lines).toStrictEqual(['▸ Push', 'with ***', '✗ build: denied: no', '→ ***']);
  expect(logView.annotations).toStrictEqual([{ level: 'error', title: 'build: denied', message: 'no\n→ ***' }]);
});

test('an unsupported workflow command is an error', () => {
  expect(() => new LogView(undefined).show('::set-output name=a::b')).toThrow(/does not support/);
});
