import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { contract } from '../../../../src/actions/build-image/contract.ts';
import { chooseEngine } from '../../../../src/actions/build-image/engines/choose-engine.ts';
import { planBuild } from '../../../../src/actions/build-image/plan.ts';
import { withBuildSession } from '../../../../src/actions/build-image/session/build-session.ts';
import { ActionReport } from '../../../../src/core/action-report.ts';
import { readInputs } from '../../../../src/core/inputs.ts';
import { createLog } from '../../../../src/core/log.ts';
import { Secrets } from '../../../../src/core/secrets.ts';
import type { Context } from '../../../../src/entry/context.ts';
import { createHttp } from '../../../../src/http/http.ts';
import { at, parseJson, stringAt } from '../../../../src/json/json.ts';
import type { InstallTool } from '../../../../src/tools/install.ts';
import { listenOnLoopback } from '../../../fakes/loopback.ts';
import { fakeRunner } from '../../../fakes/runner.ts';
import { onTestFinished } from '../../../jest-support.ts';
import { Checkout } from '../harness.ts';

/** Which engine is chosen if `install-tools` allows to install buildx. */

let checkout: Checkout;
let programs: string;
beforeEach(() => {
  checkout = new Checkout();
  checkout.write('Dockerfile', 'FROM scratch');
  programs = mkdtempSync(join(tmpdir(), 'programs-'));
});
afterEach(() => {
  checkout.remove();
  rmSync(programs, { recursive: true });
});

/** @param failing patterns of command lines that fail, and what they print. */
function install(folder: string, names: readonly string[], failing: Readonly<Record<string, string>> = {}): void {
  const failures = Object.entries(failing).map(([pattern, says]) => ({ pattern, says, times: 9 }));
  for (const name of names) {
    const script = join(import.meta.dirname, '..', 'fake-program.ts');
    writeFileSync(join(folder, name), `#!${process.execPath}\nimport(${JSON.stringify(script)});`);
    chmodSync(join(folder, name), 0o755);
  }
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ digest: `sha256:${'1'.repeat(64)}`, failures }));
}

const NO_BUILDX = { 'docker buildx version': 'unknown command' };

/** Installs the fake program. */
function fakeInstaller(failing: Readonly<Record<string, string>> = {}) {
  const installed: string[] = [];
  const installTool: InstallTool = async (tool, folder, { mirror }) => {
    installed.push(`${tool.name} from ${mirror}`);
    install(folder, [tool.name], failing);
    return join(folder, tool.name);
  };
  return { installed, installTool };
}

function contextOf(inputs: Readonly<Record<string, string>>): Context<typeof contract> {
  const given = Object.entries({ image: 'ghcr.io/acme/shop', tags: 'main', ...inputs });
  const variables = Object.fromEntries(given.map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]));
  const env = { PATH: programs, HOME: checkout.temp, RUNNER_TEMP: checkout.temp };
  const secrets = new Secrets();
  return {
    inputs: readInputs(contract, variables, fakeRunner(variables)),
    report: new ActionReport(),
    env,
    clock: { now: () => 0, sleep: async () => {} },
    log: createLog(fakeRunner({}), secrets, 'test'),
    secrets,
    http: createHttp({ env, userAgent: 'test' }),
    signal: new AbortController().signal,
    cwd: checkout.folder,
  };
}

/** The title of the chosen engine. */
async function chosen(inputs: Readonly<Record<string, string>>, installTool: InstallTool): Promise<string> {
  const context = contextOf({ 'install-tools': 'true', ...inputs });
  const plan = await planBuild(context.inputs, context);
  return (await chooseEngine(plan.engine, { ...context, folder: programs }, installTool)).title;
}

test.each(['buildx', 'docker', 'auto'])('engine %s: a missing buildx is installed', async (engine) => {
  install(programs, ['docker'], NO_BUILDX);
  const { installed, installTool } = fakeInstaller(NO_BUILDX);
  expect(await chosen({ engine, 'tools-mirror': 'https://mirror.example.com/x' }, installTool)).toBe('buildx v0.29.1');
  expect(installed).toStrictEqual(['buildx from https://mirror.example.com/x']);
});

test('an installed buildx builds by itself, without the docker command line', async () => {
  const context = contextOf({ engine: 'buildx', 'install-tools': 'true', push: 'false' });
  const plan = await planBuild(context.inputs, context);
  let calls: readonly unknown[] = [];
  await withBuildSession(context, plan.spec, async (session) => {
    const engine = await chooseEngine(plan.engine, { ...context, folder: session.folder }, fakeInstaller().installTool);
    await engine.build(session);
    const lines = readFileSync(join(session.folder, 'calls.jsonl'), 'utf8').trim().split('\n');
    calls = lines.map((line) => parseJson(line));
  });
  expect(calls.map((call) => stringAt(call, 'program'))).toStrictEqual(['buildx', 'buildx', 'buildx']);
  expect(calls.map((call) => at(call, 'args', 0))).toStrictEqual(['version', 'inspect', 'build']);
  expect(checkout.leftovers()).toStrictEqual([]);
});

test.each([
  [
    '`install-tools` is false',
    { 'install-tools': 'false', engine: 'docker' },
    ['docker'],
    NO_BUILDX,
    'docker 20.10.24, classic builder',
  ],
  ['another engine works', { engine: 'auto' }, ['docker', 'podman'], NO_BUILDX, 'podman 1.28.2'],
  ['buildx is installed', { engine: 'auto' }, ['docker'], {}, 'buildx v0.29.1'],
] as const)('nothing is installed if %s', async (_, inputs, names, failing, title) => {
  install(programs, names, failing);
  const { installed, installTool } = fakeInstaller();
  expect(await chosen(inputs, installTool)).toBe(title);
  expect(installed).toStrictEqual([]);
});

test('no other buildx is installed if the existing one finds no builder', async () => {
  install(programs, ['docker'], { 'buildx inspect': 'Cannot connect to the daemon' });
  const { installed, installTool } = fakeInstaller();
  await expect(chosen({ engine: 'buildx' }, installTool)).rejects.toMatchObject({
    code: 'engine-not-found',
    message: 'The engine buildx does not work on this runner: its daemon or builder does not respond.',
    remedy: expect.stringMatching(/^Start it, or remove `engine`/),
  });
  expect(installed).toStrictEqual([]);
});

test('an installed buildx that finds no builder is not chosen', async () => {
  const { installTool } = fakeInstaller({ 'buildx inspect': 'Cannot connect to the daemon' });
  await expect(chosen({ engine: 'buildx' }, installTool)).rejects.toMatchObject({
    message: expect.stringMatching(/its daemon or builder does not respond/),
    remedy: expect.not.stringMatching(/install-tools/),
  });
  install(programs, ['docker'], NO_BUILDX);
  const { installTool: failing } = fakeInstaller({ 'buildx inspect': 'Cannot connect to the daemon' });
  expect(await chosen({ engine: 'auto' }, failing)).toBe('docker 20.10.24, classic builder');
});

test('the action downloads the release from the mirror, and names the URL if the download is wrong', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end('another file');
  });
  const mirror = `http://127.0.0.1:${await listenOnLoopback(server)}/github`;
  onTestFinished(() => server.close());
  const inputs = { image: 'ghcr.io/acme/shop', engine: 'buildx', 'install-tools': 'true', 'tools-mirror': mirror };
  const { error } = await checkout.run(inputs);
  const path = /^\/github\/docker\/buildx\/releases\/download\/v[\d.]+\/buildx-v[\d.]+\.\w+-\w+$/;
  expect(asked).toStrictEqual([expect.stringMatching(path)]);
  expect(error).toMatch(
    /^build-image: tool-checksum::The file from http:\S+ isn't the release of buildx [\d.]+: its SHA-256 is /,
  );
  expect(checkout.leftovers()).toStrictEqual([]);
});
