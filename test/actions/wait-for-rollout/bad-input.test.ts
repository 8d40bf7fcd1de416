import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contract } from '../../../src/actions/wait-for-rollout/contract.ts';
import { kubeconfigFor } from '../../fakes/kubernetes/kubeconfig.ts';
import { FakeKubernetes } from '../../fakes/kubernetes/server.ts';
import { deployment } from '../../fakes/kubernetes/workloads.ts';
import { listenOnLoopback } from '../../fakes/loopback.ts';
import { cert, key } from '../../fakes/registry/certificate.ts';
import { expectWithNote } from '../../jest-support.ts';
import { commandFiles, inputVariables, readKeyValues } from '../../runner/command-files.ts';

/** What a runner shows for an invalid input: one annotation with code, cause and remedy. The action runs in a process of its own. */

const INDEX = join(import.meta.dirname, '..', '..', '..', 'src', 'actions', 'wait-for-rollout', 'index.ts');
const SHOP = { resources: 'deployment/shop' };

let kubernetes: FakeKubernetes;
let secureKubernetes: FakeKubernetes;
let website: string;
let folder: string;
const closers: (() => unknown)[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wait-for-rollout-input-'));
  kubernetes = await FakeKubernetes.start({ token: 'the-good-token' });
  kubernetes.apply(deployment());
  secureKubernetes = await FakeKubernetes.start({ tls: { cert, key } });
  const server = createServer((_, response) =>
    response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Hello</h1>'),
  );
  website = `http://127.0.0.1:${await listenOnLoopback(server)}`;
  closers.push(
    () => kubernetes.stop(),
    () => secureKubernetes.stop(),
    () => server.close(),
    () => rmSync(folder, { recursive: true, force: true }),
  );
});
afterAll(async () => {
  for (const close of closers) await close();
});

async function step(inputs: Readonly<Record<string, string>>) {
  const files = commandFiles(mkdtempSync(join(folder, 'step-')));
  const child = spawn(process.execPath, [INDEX], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      ...inputVariables(contract.inputs, inputs, { token: 'ghs_test' }),
      GITHUB_OUTPUT: files.output,
      GITHUB_STEP_SUMMARY: files.summary,
      RUNNER_TEMP: folder,
    },
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (log += text));
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const [, code = '', said = ''] = /^::error title=wait-for-rollout%3A ([a-z-]+)::(.*)$/m.exec(log) ?? [];
  const [sentence = '', remedy = ''] = said.replaceAll('%25', '%').split('%0A→ ');
  return { exitCode, log, code, sentence, remedy, outputs: readKeyValues(readFileSync(files.output, 'utf8')) };
}

const kubeconfig = () => kubernetes.kubeconfig;
const withCa = (data: string, server = secureKubernetes.url) =>
  kubeconfigFor({ server }).replace(/(\n *)server:/, `$1certificate-authority-data: ${data}$1server:`);
/** A port that nobody listens on: its server was just closed. */
async function closedPort(): Promise<string> {
  const server = createServer();
  const port = await listenOnLoopback(server);
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

interface Wrong {
  readonly name: string;
  readonly inputs: () => Promise<Readonly<Record<string, string>>> | Readonly<Record<string, string>>;
  readonly code: string;
  readonly sentence: RegExp;
  readonly remedy: RegExp;
}

const wrongs: readonly Wrong[] = [
  {
    name: 'no input at all',
    inputs: () => ({}),
    code: 'input-missing',
    sentence: /^Input `resources` is missing: there is nothing to wait for\.$/,
    remedy: /Give `resources`/,
  },
  {
    name: 'a misspelled kind',
    inputs: () => ({ kubeconfig: kubeconfig(), resources: 'statfulset/db' }),
    code: 'kind-unknown',
    sentence: /^The cluster \(context double\) has no kind "statfulset"\.$/,
    remedy: /^Did you mean "statefulset"\?$/,
  },
  {
    name: 'a selector that matches nothing',
    inputs: () => ({ kubeconfig: kubeconfig(), selector: 'app=shpo' }),
    code: 'nothing-selected',
    sentence: /in namespace default \(context double\) has the labels app=shpo\.$/,
    remedy: /kubectl get .* --show-labels/,
  },
  {
    name: 'a context that does not exist',
    inputs: () => ({ kubeconfig: kubeconfig(), ...SHOP, contexts: 'production' }),
    code: 'context-unknown',
    sentence: /^The kubeconfig has no context "production"; it has "double"\.$/,
    remedy: /one of its contexts: "double"/,
  },
  {
    name: 'an expired token',
    inputs: () => ({ kubeconfig: kubeconfig().replace('the-good-token', 'the-old-token'), ...SHOP }),
    code: 'kubernetes-unauthorized',
    sentence: /^The API server 127\.0\.0\.1:\d+ does not accept the credentials \(Unauthorized\)\.$/,
    remedy: /has expired or belongs to another cluster\. Renew the kubeconfig\.$/,
  },
  {
    name: 'an unreachable server',
    inputs: async () => ({ kubeconfig: kubeconfigFor({ server: await closedPort() }), ...SHOP, timeout: '1s' }),
    code: 'kubernetes-unreachable',
    sentence: /^The API server 127\.0\.0\.1:\d+ \(context double\) has not answered within 1\.0 s: .*ECONNREFUSED/,
    remedy: /VPN, firewall, allowed IP ranges/,
  },
  {
    name: 'a server that is not Kubernetes',
    inputs: () => ({ kubeconfig: kubeconfigFor({ server: website }), ...SHOP }),
    code: 'kubernetes-refused',
    sentence: /^The API server 127\.0\.0\.1:\d+ could not list [a-z]+ in default: HTTP 404/,
    remedy: /Does it point to a Kubernetes API server\?$/,
  },
  {
    name: 'a CA that is not a certificate',
    inputs: () => ({ kubeconfig: withCa('bm90IGEgY2VydGlmaWNhdGU='), ...SHOP }),
    code: 'kubeconfig-invalid-ca',
    sentence: /^The certificate-authority of cluster "double" is not a PEM certificate\.$/,
    remedy: /BEGIN CERTIFICATE/,
  },
  {
    name: 'a server certificate of another CA',
    inputs: () => ({ kubeconfig: kubeconfigFor({ server: secureKubernetes.url }), ...SHOP }),
    code: 'kubernetes-certificate',
    sentence: /^The certificate of the API server 127\.0\.0\.1:\d+ is not trusted: /,
    remedy: /certificate-authority-data/,
  },
  {
    name: 'a kubeconfig that does not exist',
    inputs: () => ({ kubeconfig: 'secrets/kubeconfig', ...SHOP }),
    code: 'kubeconfig-unreadable',
    sentence: /secrets\/kubeconfig, no such file or folder\.$/,
    remedy: /Give the content of a kubeconfig, or the path/,
  },
  {
    name: 'a kind of credentials that Kubernetes has removed',
    inputs: () => ({ kubeconfig: kubeconfig().replace(/token: .*/, 'auth-provider: { name: gcp }'), ...SHOP }),
    code: 'kubeconfig-unsupported',
    sentence: /uses the auth-provider "gcp", which Kubernetes removed in 1\.26\.$/,
    remedy: /exec plugin/,
  },
  {
    name: 'an image with a tag only',
    inputs: () => ({ kubeconfig: kubeconfig(), ...SHOP, image: 'ghcr.io/acme/shop:v1' }),
    code: 'input-invalid',
    sentence: /^Input `image` takes an image reference with a digest, .*but got "ghcr\.io\/acme\/shop:v1"\.$/,
    remedy: /use output `image` of build-image/,
  },
  {
    name: 'a digest that is too short',
    inputs: () => ({ kubeconfig: kubeconfig(), ...SHOP, image: 'ghcr.io/acme/shop@sha256:4be1' }),
    code: 'input-invalid',
    sentence: /^Input `image` takes an image reference .*but got "ghcr\.io\/acme\/shop@sha256:4be1"\.$/,
    remedy: /./,
  },
  {
    name: 'a Helm release that does not exist',
    inputs: () => ({ kubeconfig: kubeconfig(), resources: 'helm/shop' }),
    code: 'nothing-selected',
    sentence: /^There is no Helm release "shop" in namespace default \(context double\)\.$/,
    remedy: /helm list -n default/,
  },
];

describe('wait-for-rollout shows the code, cause and remedy of invalid input', () => {
  it.each(wrongs)('$name: $code', async ({ inputs, code, sentence, remedy }) => {
    const end = await step(await inputs());
    expectWithNote(end.exitCode, end.log).toBe(1);
    expectWithNote(end.code, end.log).toBe(code);
    expect(end.sentence).toMatch(sentence);
    expect(end.remedy).toMatch(remedy);
    expect(end.outputs['status']).toBe('failure');
    expect(end.log).not.toMatch(/\n {4}at /);
    expect(end.log.replaceAll(/::add-mask::.*/g, '')).not.toMatch(/the-(good|old)-token/);
  });
});
