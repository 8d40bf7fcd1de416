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

/** The output of a step on the runner: what `@actions/core` does, and what our layer changes. */

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

/** Runs code in a new process, because core uses the environment and the standard output of the process. */
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

/** Calls every method of the runner. */
async function callEverything(runner: Runner): Promise<void> {
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

test('the fake runner gets the same output as the real one', async () => {
  const env = { ...files, INPUT_FIRST_NAME: ' Ada\n', RUNNER_DEBUG: '1' };
  const written = () => [
    readKeyValues(readFileSync(files.GITHUB_OUTPUT, 'utf8')),
    readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
  ];
  const real = step(`await (${callEverything.toString()})(processRunner);`, env);
  const ofReal = written();
  for (const file of Object.values(files)) writeFileSync(file, '');
  const printed: string[] = [];
  await callEverything(fakeRunner(env, (line) => printed.push(line)));
  expect(real).toMatchObject({ status: 0, errors: '' });
  expect(printed.join('\n').split('\n')).toStrictEqual(real.lines);
  expect(written()).toStrictEqual(ofReal);
  expect(ofReal).toStrictEqual([{ greeting: 'Hello\n::set-output name=a::b', empty: '' }, '### greet\nmore']);
});

test('an annotation escapes the characters that would end its workflow command', () => {
  const { lines } = step("processRunner.annotate('error', '50%\\nmore', { title: 'a:b,c' });");
  expect(lines).toStrictEqual(['::error title=a%3Ab%2Cc::50%25%0Amore']);
});

test('the fake runner throws if a command file is missing', async () => {
  expect(() => fakeRunner({}).setOutput('a', 'b')).toThrow('GITHUB_OUTPUT names no file');
  await expect(fakeRunner({}).appendSummary('a')).rejects.toThrow('GITHUB_STEP_SUMMARY names no file');
  expect(() => fakeRunner({ GITHUB_OUTPUT: join(folder, 'gone') }).setOutput('a', 'b')).toThrow('ENOENT');
});

test('core logs a line with a workflow command as it is; ours is escaped', () => {
  const foreign = '::set-env name=PATH::/evil\\n##[error]no';
  expect(step(`core.info('${foreign}')`).lines).toStrictEqual(['::set-env name=PATH::/evil', '##[error]no']);
  expect(step(`log.info('${foreign}')`).lines).toStrictEqual([':\u200b:set-env name=PATH::/evil', '##\u200b[error]no']);
});

test('core prints outputs as commands if there is no file for them; ours skips them', () => {
  expect(step("core.setOutput('greeting', 'Hello')").lines).toContain('::set-output name=greeting::Hello');
  expect(
    step('log.info(`${(await writeRunnerFiles(results, {}, processRunner)).length} problems`)').lines,
  ).toStrictEqual(['0 problems']);
});

test('core throws if a command file is missing; ours returns an error that names the file, and writes the others', () => {
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
    `runner-file-not-writable: The runner's file for outputs, ${env.GITHUB_OUTPUT} (GITHUB_OUTPUT), can't be written: no such file or folder.`,
  ]);
  expect(readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8')).toBe('### greet\n\n');
});

test('core always writes debug lines; ours only if debug logging is on', () => {
  expect(step("core.debug('detail')").lines).toStrictEqual(['::debug::detail']);
  expect(step("log.debug('detail')").lines).toStrictEqual([]);
  expect(step("log.debug('detail')", { RUNNER_DEBUG: '1' }).lines).toStrictEqual(['::debug::detail']);
});

test('core masks a secret only as a whole; ours also masks its lines and its Base64 form, and redacts them', () => {
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

test("core's tables and code blocks render foreign HTML; ours show it as text", () => {
  const evil = '<img src="https://evil.example/x.png">';
  const { lines } = step(
    `console.log(core.summary.addTable([['${evil}']]).addCodeBlock('</code>${evil}').stringify())`,
  );
  expect(lines.join('\n').split(evil)).toHaveLength(3);
  expect(table(['a'], [[escapeMarkdown(evil)]])).not.toContain('<img');
  expect(codeBlock(`\`\`\`\n${evil}`)).toBe(`\`\`\`\`\n\`\`\`\n${evil}\n\`\`\`\``);
});

test('core writes a summary that is too long for GitHub; run-action.ts truncates it', () => {
  const { status } = step("await core.summary.addRaw('x'.repeat(2 * 1024 * 1024)).write()", files);
  expect(status).toBe(0);
  expect(statSync(files.GITHUB_STEP_SUMMARY).size).toBe(2 * 1024 * 1024);
});

test('core cuts the stack of an error that is thrown in a group; ours keeps it', () => {
  const { lines } = step(`
    const inner = async () => { await null; throw new Error('no'); };
    const outer = async (group) => { await group('A', inner); };
    for (const group of [core.group, log.group]) await outer(group).catch(({ stack }) => console.log(/ at async outer /.test(stack)));
  `);
  expect(lines.filter((line) => !line.startsWith('::'))).toStrictEqual(['false', 'true']);
});
