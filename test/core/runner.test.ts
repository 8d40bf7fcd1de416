import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ROOT } from '../../scripts/actions.ts';
import { codeBlock, escapeMarkdown, table } from '../../src/core/markdown.ts';
import type { Runner } from '../../src/core/runner.ts';
import { fakeRunner } from '../fakes/runner.ts';
import { readKeyValues } from '../runner/command-files.ts';

/** What the runner gets of a step: `@actions/core` beneath, our layer above it where core alone would do harm. */

let folder: string;
let files: { readonly GITHUB_OUTPUT: string; readonly GITHUB_STEP_SUMMARY: string };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runner-test-'));
  files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') };
  for (const file of Object.values(files)) writeFileSync(file, '');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Step {
  readonly status: number | null;
  readonly lines: readonly string[];
  readonly errors: string;
}

/** Runs code in a process of its own: core works on the process's variables and its standard output. */
function step(code: string, env: Readonly<Record<string, string>> = {}): Step {
  const imports = [
    "import * as core from '@actions/core';",
    "import { createLog } from './src/core/log.ts';",
    "import { processRunner } from './src/core/runner.ts';",
    "import { Secrets } from './src/core/secrets.ts';",
    "import { writeRunnerFiles } from './src/entry/runner-files.ts';",
    "const log = createLog(processRunner, new Secrets(processRunner.mask), 'greet');",
    "const results = { outputs: new Map([['greeting', 'Hello']]), summary: '### greet', record: '{}' };",
  ];
  const args = ['--input-type=module', '--eval', `${imports.join('\n')}\n${code}`];
  const ended = spawnSync(process.execPath, args, { cwd: ROOT, env, encoding: 'utf8' });
  return { status: ended.status, lines: ended.stdout.split('\n').slice(0, -1), errors: ended.stderr };
}

/** A call of everything that a step says to the runner. */
async function sayEverything(runner: Runner): Promise<void> {
  runner.mask('s3cret\nof two lines: 100 %');
  runner.info(runner.input('first name'));
  runner.info(`debug logging: ${runner.isDebug()}`);
  runner.debug('a\r\nb');
  runner.annotate('notice', 'plain', {});
  runner.annotate('warning', '50%\nmore', { title: 'a:b,c' });
  runner.annotate('error', 'there', { title: 'greet', file: 'src/a.ts', line: 7 });
  runner.startGroup('A: b, c');
  runner.endGroup();
  runner.setOutput('greeting', 'Hello\n::set-output name=a::b');
  runner.setOutput('empty', '');
  await runner.appendSummary('### greet\n');
  await runner.appendSummary('more');
}

test('the double of the runner gets what a real step gives', async () => {
  const env = { ...files, INPUT_FIRST_NAME: ' Ada\n', RUNNER_DEBUG: '1' };
  const left = () => [
    readKeyValues(readFileSync(files.GITHUB_OUTPUT, 'utf8')),
    readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
  ];
  const real = step(`await (${sayEverything.toString()})(processRunner);`, env);
  const ofReal = left();
  for (const file of Object.values(files)) writeFileSync(file, '');
  const printed: string[] = [];
  await sayEverything(fakeRunner(env, (line) => printed.push(line)));
  expect(real).toMatchObject({ status: 0, errors: '' });
  expect(printed.join('\n').split('\n')).toStrictEqual(real.lines);
  expect(left()).toStrictEqual(ofReal);
  expect(ofReal).toStrictEqual([{ greeting: 'Hello\n::set-output name=a::b', empty: '' }, '### greet\nmore']);
});

test('workflow commands escape what would end them', () => {
  const { lines } = step("processRunner.annotate('error', '50%\\nmore', { title: 'a:b,c' });");
  expect(lines).toStrictEqual(['::error title=a%3Ab%2Cc::50%25%0Amore']);
});

test('the double refuses what would be lost or printed for all to see', async () => {
  expect(() => fakeRunner({}).setOutput('a', 'b')).toThrow('GITHUB_OUTPUT names no file');
  await expect(fakeRunner({}).appendSummary('a')).rejects.toThrow('GITHUB_STEP_SUMMARY names no file');
  expect(() => fakeRunner({ GITHUB_OUTPUT: join(folder, 'gone') }).setOutput('a', 'b')).toThrow('ENOENT');
});

test('core writes a line of the log as it is, commands too; ours is only text', () => {
  const foreign = '::set-env name=PATH::/evil\\n##[error]no';
  expect(step(`core.info('${foreign}')`).lines).toStrictEqual(['::set-env name=PATH::/evil', '##[error]no']);
  expect(step(`log.info('${foreign}')`).lines).toStrictEqual([':\u200b:set-env name=PATH::/evil', '##\u200b[error]no']);
});

test('core prints outputs as commands where no file is named for them; ours leaves them out', () => {
  expect(step("core.setOutput('greeting', 'Hello')").lines).toContain('::set-output name=greeting::Hello');
  expect(
    step('log.info(`${(await writeRunnerFiles(results, {}, processRunner)).length} problems`)').lines,
  ).toStrictEqual(['0 problems']);
});

test('core throws where a command file is missing; ours says which, why and what to do, and goes on', () => {
  const env = { ...files, GITHUB_OUTPUT: join(folder, 'gone', 'output') };
  expect(step("core.setOutput('greeting', 'Hello')", env)).toMatchObject({
    status: 1,
    errors: expect.stringContaining('Missing file at path'),
  });
  const { status, lines } = step(
    'for (const { code, message } of await writeRunnerFiles(results, process.env, processRunner)) log.info(`${code}: ${message}`)',
    env,
  );
  expect(status).toBe(0);
  expect(lines).toStrictEqual([
    `runner-file-not-writable: The runner’s file for outputs (GITHUB_OUTPUT), ${env.GITHUB_OUTPUT}, can’t be written: there is no such file or folder.`,
  ]);
  expect(readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8')).toBe('### greet\n\n');
});

test('core always writes debug output; ours only where it is seen', () => {
  expect(step("core.debug('detail')").lines).toStrictEqual(['::debug::detail']);
  expect(step("log.debug('detail')").lines).toStrictEqual([]);
  expect(step("log.debug('detail')", { RUNNER_DEBUG: '1' }).lines).toStrictEqual(['::debug::detail']);
});

test('core has a secret masked as a whole; ours also its lines and its Base64, and hides them itself', () => {
  const secret = 'line one\\nline two';
  expect(step(`core.setSecret('${secret}')`).lines).toStrictEqual(['::add-mask::line one%0Aline two']);
  const code = `const secrets = new Secrets(processRunner.mask); secrets.add('${secret}');`;
  expect(step(`${code} createLog(processRunner, secrets, 'greet').warning('got line two');`).lines).toStrictEqual([
    '::add-mask::line one%0Aline two',
    '::add-mask::line one',
    '::add-mask::line two',
    `::add-mask::${Buffer.from('line one\nline two').toString('base64')}`,
    '::warning title=greet::got ***',
  ]);
});

test("core's tables and code take foreign text for HTML; ours show it", () => {
  const evil = '<img src="https://evil.example/x.png">';
  const { lines } = step(
    `console.log(core.summary.addTable([['${evil}']]).addCodeBlock('</code>${evil}').stringify())`,
  );
  expect(lines.join('\n').split(evil)).toHaveLength(3);
  expect(table(['a'], [[escapeMarkdown(evil)]])).not.toContain('<img');
  expect(codeBlock(`\`\`\`\n${evil}`)).toBe(`\`\`\`\`\n\`\`\`\n${evil}\n\`\`\`\``);
});

test('core writes a summary longer than GitHub shows any of; run-action.ts cuts it', () => {
  const { status } = step("await core.summary.addRaw('x'.repeat(2 * 1024 * 1024)).write()", files);
  expect(status).toBe(0);
  expect(statSync(files.GITHUB_STEP_SUMMARY).size).toBe(2 * 1024 * 1024);
});

test('the stack of an error in a group leads out of the group', () => {
  const { lines } = step(`
    const inner = async () => { await null; throw new Error('no'); };
    const outer = async (group) => { await group('A', inner); };
    for (const group of [core.group, log.group]) await outer(group).catch(({ stack }) => console.log(/ at async outer /.test(stack)));
  `);
  expect(lines.filter((line) => !line.startsWith('::'))).toStrictEqual(['false', 'true']);
});
