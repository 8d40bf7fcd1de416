import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { parseCommandFile } from './command-file.ts';
import { Job } from './job.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runner-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function jobWith(action: string, main: string, post = ''): Job {
  mkdirSync(join(folder, 'actions/probe'), { recursive: true });
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'actions/probe/action.yml'), action);
  writeFileSync(join(folder, 'dist/main.mjs'), main);
  writeFileSync(join(folder, 'dist/post.mjs'), post);
  return new Job({
    actions: folder,
    folder: join(folder, 'job'),
    token: 'ghs_t0ken',
    repository: 'acme/shop',
    sha: 'abc',
  });
}

const head = 'name: probe\nruns: { using: node24, main: ../../dist/main.mjs, post: ../../dist/post.mjs }\n';

test('inputs, defaults, outputs, summary, log and exit code pass as on a runner', async () => {
  const job = jobWith(
    `${head}inputs:\n  first-name: {}\n  token: { default: "\${{ github.token }}" }\n  unset: {}\n`,
    `import { appendFileSync } from 'node:fs';
     const { env } = process;
     console.log('::add-mask::s3cret');
     console.log('s3cret and ' + env.INPUT_TOKEN);
     appendFileSync(env.GITHUB_OUTPUT, 'name=' + env['INPUT_FIRST-NAME'] + '\\nlines<<EOF\\na\\nb\\nEOF\\n');
     appendFileSync(env.GITHUB_OUTPUT, 'unset=' + ('INPUT_UNSET' in env) + '\\n');
     appendFileSync(env.GITHUB_STEP_SUMMARY, '# done');
     process.exit(3);`,
  );
  const result = await job.step('probe', { 'first-name': 'Ada' });
  assert.deepEqual(result, {
    code: 3,
    log: '*** and ***\n',
    outputs: { name: 'Ada', lines: 'a\nb', unset: 'false' },
    summary: '# done',
  });
  await assert.rejects(job.step('probe', { 'fist-name': 'Ada' }), /probe has no input fist-name/);
});

test('post steps run at the end with the state of their step', async () => {
  const job = jobWith(
    head,
    `import { appendFileSync } from 'node:fs'; appendFileSync(process.env.GITHUB_STATE, 'made=something\\n');`,
    'console.log("removing " + process.env.STATE_made);',
  );
  await job.step('probe', {});
  assert.equal(await job.finish(), 'removing something\n');
  assert.equal(await job.finish(), '');
});

test('a cancelled step gets SIGINT', async () => {
  const job = jobWith(
    head,
    'process.once("SIGINT", () => { console.log("cancelled"); process.exit(1); }); console.log("ready"); setTimeout(() => {}, 60_000);',
  );
  const controller = new AbortController();
  const cancelling = new Job({
    actions: folder,
    folder: join(folder, 'cancelled'),
    token: 't',
    repository: 'acme/shop',
    sha: 'abc',
    onLine: (line) => line === 'ready' && controller.abort(),
  });
  assert.equal(job.records, '');
  const result = await cancelling.step('probe', {}, controller.signal);
  assert.equal(result.code, 1);
  assert.equal(result.log, 'ready\ncancelled\n');
});

test('a command file without its end is refused', () => {
  assert.throws(() => parseCommandFile('name<<EOF\nvalue\n'), /name has no end/);
  assert.throws(() => parseCommandFile('nothing\n'), /not a line/);
});
