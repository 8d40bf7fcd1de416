import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { contract } from '../../../src/actions/wait-for-rollout/contract.ts';
import { planRollout } from '../../../src/actions/wait-for-rollout/plan.ts';
import {
  type KustomizeSettings,
  withKustomize,
} from '../../../src/actions/wait-for-rollout/targets/manifests/kustomize.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { readInputs } from '../../../src/core/inputs.ts';
import { createLog } from '../../../src/core/log.ts';
import { Secrets } from '../../../src/core/secrets.ts';
import { createHttp } from '../../../src/http/http.ts';
import type { InstallTool } from '../../../src/tools/install.ts';
import { listenOnLoopback } from '../../fakes/loopback.ts';
import { fakeRunner } from '../../fakes/runner.ts';
import { onTestFinished } from '../../jest-support.ts';
import { ClusterHarness } from './harness.ts';

/** Rendering on a runner without kubectl and kustomize, with `install-tools`. */

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kustomize-test-'));
  for (const name of ['one', 'two', 'temp']) mkdirSync(join(folder, name));
});
afterEach(() => rmSync(folder, { recursive: true }));

function runtime(PATH: string) {
  const env = { PATH, RUNNER_TEMP: join(folder, 'temp') };
  const log = createLog(fakeRunner({}), new Secrets(), 'test');
  const http = createHttp({ env, userAgent: 'test' });
  return { env, log, http, clock: systemClock, signal: new AbortController().signal };
}

/** What the plan makes of the inputs. */
function settings(inputs: Readonly<Record<string, string>>): KustomizeSettings {
  const given = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
  return planRollout(readInputs(contract, given, fakeRunner(given))).targets.kustomize;
}

/** Installs a program that prints its arguments, or fails. */
function fakeBring(exitCode = 0) {
  const downloads: string[] = [];
  const bring: InstallTool = async (tool, into, { mirror }) => {
    downloads.push(`${tool.name} from ${mirror}`);
    const program = join(into, tool.name);
    const script = `console.log(process.argv[2], require('node:path').basename(process.argv[3])); process.exitCode = ${exitCode}`;
    writeFileSync(program, `#!${process.execPath}\n${script}`);
    chmodSync(program, 0o755);
    return program;
  };
  return { downloads, bring };
}

const renderBoth = (given: KustomizeSettings, bring: InstallTool, PATH = '/nonexistent') =>
  withKustomize(
    given,
    runtime(PATH),
    (render) => Promise.all(['one', 'two'].map((name) => render(join(folder, name), name))),
    bring,
  );

test('several kustomizations share one downloaded Kustomize, which is deleted afterwards', async () => {
  const { downloads, bring } = fakeBring();
  const given = settings({ 'install-tools': 'true', 'tools-mirror': 'https://mirror.example.com/' });
  expect(await renderBoth(given, bring)).toStrictEqual(['build one\n', 'build two\n']);
  expect(downloads).toStrictEqual(['kustomize from https://mirror.example.com']);
  expect(readdirSync(join(folder, 'temp'))).toStrictEqual([]);
});

test('nothing is downloaded without install-tools, or if kubectl is installed', async () => {
  const { downloads, bring } = fakeBring();
  await expect(renderBoth(settings({}), bring)).rejects.toMatchObject({
    code: 'kustomize-missing',
    remedy: expect.stringMatching(/`install-tools: true`/),
  });
  const kubectl = join(folder, 'kubectl');
  writeFileSync(kubectl, `#!${process.execPath}\nconsole.log("rendered")`, { mode: 0o755 });
  const rendered = await renderBoth(settings({ 'install-tools': 'true' }), bring, folder);
  expect(rendered).toStrictEqual(['rendered\n', 'rendered\n']);
  expect(downloads).toStrictEqual([]);
});

test('a failure of the downloaded Kustomize is reported, and it is deleted all the same', async () => {
  const { bring } = fakeBring(1);
  await expect(renderBoth(settings({ 'install-tools': 'true' }), bring)).rejects.toMatchObject({
    code: 'kustomize-failed',
    message: expect.stringMatching(/^The kustomization (one|two) can't be rendered by kustomize: build (one|two)\.$/),
  });
  expect(readdirSync(join(folder, 'temp'))).toStrictEqual([]);
});

test('the action downloads Kustomize from the mirror, and names the failed URL', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(404).end();
  });
  const mirror = `http://127.0.0.1:${await listenOnLoopback(server)}/github`;
  onTestFinished(() => server.close());
  const harness = await ClusterHarness.open();
  onTestFinished(() => harness.close());
  mkdirSync(join(harness.folder, 'overlay'));
  writeFileSync(join(harness.folder, 'overlay/kustomization.yaml'), 'resources: [../base]\n');
  const inputs = { manifests: 'overlay', 'install-tools': 'true', 'tools-mirror': mirror };
  const { error } = await harness.wait(inputs, { PATH: '/nonexistent' });
  const path =
    /^\/github\/kubernetes-sigs\/kustomize\/releases\/download\/kustomize\/v[\d.]+\/kustomize_v[\d.]+_\w+\.tar\.gz$/;
  expect(asked).toStrictEqual([expect.stringMatching(path)]);
  expect(error).toMatch(
    /^Can't download kustomize [\d.]+: http:\S+ responded with HTTP 404\.\n→ Allow the runner to reach this URL/,
  );
});
