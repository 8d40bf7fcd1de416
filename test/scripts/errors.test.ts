import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from '../../scripts/actions.ts';
import { errorsPage } from '../../scripts/generate/errors/page.ts';
import { scanErrors } from '../../scripts/generate/errors/scan.ts';

const errors = scanErrors();
const page = errorsPage();

test('the page contains every code of a `new ActionError` in the sources', () => {
  const texts = globSync('src/**/*.ts', { cwd: ROOT }).map((file) => readFileSync(join(ROOT, file), 'utf8'));
  const codes = texts.flatMap((text) =>
    [...text.matchAll(/new ActionError\(\{\s*code: '([a-z0-9-]+)'/g)].map(([, code = '']) => code),
  );
  expect(codes.length).toBeGreaterThan(100);
  expect(codes.filter((code) => !page.includes(`| \`${code}\` |`))).toStrictEqual([]);
});

test('a code that depends on a condition, a variable or a template is found with all its values', () => {
  const codes = errors.map(({ code }) => code);
  for (const values of [
    ['github-invalid', 'github-refused'],
    ['build-failed', 'push-failed'],
    ['canary-fail', 'canary-marginal', 'canary-inconclusive'],
    ['image-not-found', 'crash-loop'],
  ])
    expect(codes).toEqual(expect.arrayContaining(values));
  expect(codes).not.toContain('canary-pass');
});

test('a text has placeholders for its variables', () => {
  expect(errors.find(({ code }) => code === 'proxy-invalid')).toStrictEqual({
    code: 'proxy-invalid',
    file: 'src/http/proxy.ts',
    message: expect.stringMatching(/^The environment variable ‹variable› isn't the URL of an HTTP proxy\./),
    remedy: expect.stringMatching(/^Set it to `http:\/\/host:port`, or unset it\./),
  });
});

test('the page names the actions that can report an error', () => {
  expect(page).toMatch(/^\| `cancelled` \| all \| /m);
  expect(page).toMatch(/^\| `tool-checksum` \| build-image, wait-for-rollout \| /m);
  expect(page.slice(page.indexOf('\n## canary-gate\n'))).toMatch(/^\| `canary-fail` \| /m);
});
