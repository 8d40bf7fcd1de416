import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { contract } from '../../../src/actions/wait-for-rollout/contract.ts';
import { run } from '../../../src/actions/wait-for-rollout/run.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { runAction } from '../../../src/entry/run-action.ts';
import { startControllers } from '../../fakes/kubernetes/controllers/controllers.ts';
import { FakeKubernetes } from '../../fakes/kubernetes/server.ts';
import { deployment } from '../../fakes/kubernetes/workloads.ts';
import { listenOnLoopback } from '../../fakes/loopback.ts';
import { fakeRunner } from '../../fakes/runner.ts';
import { expectWithNote } from '../../jest-support.ts';
import { commandFiles, inputVariables, readKeyValues } from '../../runner/command-files.ts';

/** Whatever a server or a program does, the action ends at its `timeout`, with a verdict and its outputs. */

/** How a server in front of the API server treats a request; `false` if it passes the request on. */
type Behavior = (request: IncomingMessage, response: ServerResponse) => boolean;

let kubernetes: FakeKubernetes;
let folder: string;
let behave: Behavior;
let server: string;
let received: number;
const closers: (() => unknown)[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'deadline-'));
  kubernetes = await FakeKubernetes.start();
  kubernetes.apply(deployment());
  behave = () => false;
  received = 0;
  const front = createServer((request, response) => {
    received += 1;
    response.on('error', () => {});
    if (!behave(request, response)) pass(request, response);
  });
  server = `http://127.0.0.1:${await listenOnLoopback(front)}`;
  closers.push(
    () => rmSync(folder, { recursive: true, force: true }),
    () => kubernetes.stop(),
    () => front.close(),
    () => front.closeAllConnections(),
  );
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function pass(request: IncomingMessage, response: ServerResponse): void {
  const { method, headers, url } = request;
  const forwarded = send(new URL(url ?? '/', kubernetes.url), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    response.flushHeaders();
    answer.on('error', () => response.destroy()).pipe(response);
  });
  forwarded.on('error', () => response.destroy());
  response.on('close', () => forwarded.destroy());
  request.pipe(forwarded);
}

/** Runs the action with `timeout: 2s`. */
async function wait(inputs: Readonly<Record<string, string>>, user: object = {}, env: Record<string, string> = {}) {
  const files = commandFiles(folder);
  const kubeconfig = JSON.stringify({
    'current-context': 'c',
    clusters: [{ name: 'c', cluster: { server } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
  });
  const log: string[] = [];
  const variables = {
    ...inputVariables(contract.inputs, { kubeconfig, timeout: '2s', ...inputs }, { token: 'ghs_test' }),
    GITHUB_OUTPUT: files.output,
    GITHUB_STEP_SUMMARY: files.summary,
    RUNNER_TEMP: folder,
    PATH: process.env['PATH'] ?? '',
    ...env,
  };
  const startedAt = performance.now();
  const exitCode = await runAction(contract, run, {
    env: variables,
    cwd: folder,
    clock: systemClock,
    runner: fakeRunner(variables, (line) => log.push(line)),
    onCancel: () => {},
  });
  const elapsed = performance.now() - startedAt;
  return { exitCode, elapsed, log: log.join('\n'), outputs: readKeyValues(readFileSync(files.output, 'utf8')) };
}

/** After its `timeout` of 2 s the action may need 1 s more, and a busy machine too. */
const LATEST = 6000;

/** A program that gets 4 s after SIGTERM, and then is killed, may end this late. */
const LATEST_WITH_GRACE = 12_000;

const json = (response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  return true;
};

/** Writes `first`, and then `text` again and again. */
function drip(response: ServerResponse, text: string, interval = 100, first = ''): true {
  response.writeHead(200, { 'content-type': 'application/json' }).write(first || text);
  const timer = setInterval(() => response.write(text), interval);
  response.on('close', () => clearInterval(timer));
  return true;
}

const query = ({ url = '/' }: IncomingMessage) => new URL(url, 'http://server').searchParams;
const isWatch = (request: IncomingMessage) => query(request).has('watch');
const expired = { kind: 'Status', reason: 'Expired', code: 410, message: 'too old' };
const noStreams: Behavior = (request, response) =>
  query(request).has('sendInitialEvents') && json(response, 422, { kind: 'Status', code: 422 });

let page = 0;
/** A list page that is not the last one. */
const nextPage = (response: ServerResponse, items: readonly object[], token = `page-${page++}`) =>
  json(response, 200, { kind: 'List', metadata: { resourceVersion: '1', continue: token }, items });

const fromStart: Readonly<Record<string, Behavior>> = {
  'never answers': () => true,
  'sends a byte of its body now and then': (_, response) => drip(response, ' '),
  'sends only bytes of a JSON string': (_, response) => drip(response, 'x', 100, '{"kind":"'),
  'has pages that always expire': (request, response) =>
    noStreams(request, response) ||
    (query(request).get('continue') ? json(response, 410, expired) : nextPage(response, [])),
  'answers 410 to everything': (_, response) => json(response, 410, expired),
  'has an empty next page for ever': (request, response) => noStreams(request, response) || nextPage(response, []),
  'has a next page with objects for ever': (request, response) =>
    noStreams(request, response) ||
    nextPage(response, [{ metadata: { name: 'shop', namespace: 'default', uid: 'u' } }]),
  'has the same next page for ever': (request, response) =>
    noStreams(request, response) || nextPage(response, [], 'same'),
  'answers 429 with Retry-After for ever': (_, response) => json(response, 429, {}, { 'retry-after': '1' }),
  'answers 503 with a Retry-After of minutes': (_, response) => json(response, 503, {}, { 'retry-after': '240' }),
  'answers 401 for ever': (_, response) => json(response, 401, { kind: 'Status', code: 401 }),
  'drips the body of an error': (_, response) => {
    response.statusCode = 500;
    response.write('{');
    const timer = setInterval(() => response.write(' '), 100);
    response.on('close', () => clearInterval(timer));
    return true;
  },
  'closes every connection': (_, response) => Boolean(response.destroy()),
};

test.each(Object.entries(fromStart))('a server that %s', async (_, behavior) => {
  behave = behavior;
  const { exitCode, elapsed, log, outputs } = await wait({ resources: 'deployment/shop' });
  expectWithNote(elapsed, log).toBeLessThan(LATEST);
  expect({ exitCode, status: outputs['status'] }).toStrictEqual({ exitCode: 1, status: 'failure' });
  expect(log).not.toMatch(/: internal/);
  expectWithNote(received, log).toBeLessThan(200);
});

const whileWaiting: Readonly<Record<string, Behavior>> = {
  'answers 410 to every watch': (request, response) => isWatch(request) && json(response, 410, expired),
  'ends every watch with the event 410': (request, response) =>
    isWatch(request) && json(response, 200, { type: 'ERROR', object: expired }),
  'sends a bookmark and then 410': (request, response) => {
    if (!isWatch(request)) return false;
    const bookmark = { type: 'BOOKMARK', object: { metadata: { resourceVersion: '5' } } };
    response.end(`${JSON.stringify(bookmark)}\n${JSON.stringify({ type: 'ERROR', object: expired })}\n`);
    return true;
  },
  'sends a bookmark and ends the watch': (request, response) =>
    isWatch(request) && json(response, 200, { type: 'BOOKMARK', object: { metadata: { resourceVersion: '5' } } }),
  'sends bookmarks for ever': (request, response) =>
    isWatch(request) &&
    drip(response, `${JSON.stringify({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '5' } } })}\n`, 1),
  'sends a watch byte by byte': (request, response) => isWatch(request) && drip(response, ' '),
  'never answers to a watch': isWatch,
  'drips the body of a refused watch': (request, response) => {
    if (isWatch(request)) response.statusCode = 403;
    return isWatch(request) && drip(response, ' ');
  },
  'never answers to an access review': ({ url = '' }) => url.includes('selfsubject'),
  'drips the answer to an access review': ({ url = '' }, response) =>
    url.includes('selfsubject') && drip(response, ' '),
};

test.each(Object.entries(whileWaiting))('a server that %s during the wait', async (_, behavior) => {
  behave = (request, response) => noStreams(request, response) || behavior(request, response);
  const { exitCode, elapsed, log, outputs } = await wait({ resources: 'deployment/shop' });
  expectWithNote(elapsed, log).toBeLessThan(LATEST);
  expectWithNote({ exitCode, result: outputs['result'] }, log).toStrictEqual({ exitCode: 1, result: 'timeout' });
  expectWithNote(received, log).toBeLessThan(200);
});

test('a server that no longer answers when the release is undone', async () => {
  const { store } = kubernetes;
  const controllers = startControllers({ store, clock: systemClock, images: () => undefined, pullMs: 60_000 });
  closers.push(() => controllers.stop());
  const startedAt = performance.now();
  const isLate = () => performance.now() - startedAt > 2000;
  behave = (request, response) => noStreams(request, response) || (isLate() && !isWatch(request));
  const { exitCode, elapsed, log, outputs } = await wait({ resources: 'deployment/shop', 'on-failure': 'undo' });
  // The undo has the same time as the wait.
  expectWithNote(elapsed, log).toBeLessThan(LATEST + 2000);
  expectWithNote({ exitCode, result: outputs['result'] }, log).toStrictEqual({ exitCode: 1, result: 'timeout' });
  expect(log).toMatch(/deployment\/shop was not undone: no answer within/);
});

const stubborn = 'process.on("SIGTERM", () => {});';
const forever = 'setInterval(() => {}, 1000)';
const child = (script: string, options: string) =>
  `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(script)}], ${options});`;

const programs: Readonly<Record<string, string>> = {
  sleeps: forever,
  'sleeps and ignores SIGTERM': `${stubborn} ${forever}`,
  'sleeps in a child that holds its output': `${child(`${stubborn} setTimeout(() => {}, 20000)`, '{ stdio: "inherit" }')} ${forever}`,
  'sleeps in a session of its own': `${child('setTimeout(() => {}, 20000)', '{ stdio: "inherit", detached: true }')} ${forever}`,
  'prints for ever': 'for (;;) require("node:fs").writeSync(1, "x".repeat(65536))',
  'prints errors for ever': 'for (;;) require("node:fs").writeSync(2, "x".repeat(65536))',
};

const execUser = (script: string) => ({
  exec: { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: ['-e', script] },
});

test.each(Object.entries(programs))('an exec plugin that %s', async (_, script) => {
  const { exitCode, elapsed, log, outputs } = await wait({ resources: 'deployment/shop' }, execUser(script));
  expectWithNote(elapsed, log).toBeLessThan(LATEST);
  expect({ exitCode, status: outputs['status'] }).toStrictEqual({ exitCode: 1, status: 'failure' });
  expect(log).toMatch(/kubeconfig-exec-failed/);
});

test('an exec plugin that waits for a person, who can read in the log and in the error what it asks for', async () => {
  const asks = 'To sign in, open https://login.example/device and enter the code AB-CD.';
  const script = `console.error(${JSON.stringify(asks)}); ${forever}`;
  const { elapsed, log } = await wait({ resources: 'deployment/shop' }, execUser(script));
  expectWithNote(elapsed, log).toBeLessThan(LATEST);
  expect(log).toMatch(/^\w+: To sign in, open https:\/\/login\.example\/device and enter the code AB-CD\.$/m);
  expect(log).toMatch(/has not ended within 2\.0 s\. It said:(?:\n|%0A)\| To sign in/);
});

test('an exec plugin that sleeps when its token has expired during the wait', async () => {
  const credential = {
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status: { token: 'a-token-for-now', expirationTimestamp: new Date(Date.now() + 3000).toISOString() },
  };
  const marker = JSON.stringify(join(folder, 'ran'));
  const script = `const fs = require("node:fs"); if (fs.existsSync(${marker})) ${forever}; else { fs.writeFileSync(${marker}, ""); console.log(${JSON.stringify(JSON.stringify(credential))}) }`;
  const { elapsed, log, outputs } = await wait({ resources: 'deployment/shop' }, execUser(script));
  expectWithNote(elapsed, log).toBeLessThan(LATEST);
  expectWithNote(outputs['result'], log).toBe('timeout');
});

test.each(Object.entries(programs))('a kubectl that %s instead of rendering a kustomization', async (_, script) => {
  mkdirSync(join(folder, 'app'));
  writeFileSync(join(folder, 'app', 'kustomization.yaml'), 'resources: []\n');
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'kubectl'), `#!${process.execPath}\n${script}\n`, { mode: 0o755 });
  const { exitCode, elapsed, log } = await wait({ manifests: 'app' }, {}, { PATH: `${bin}:${process.env['PATH']}` });
  expectWithNote(elapsed, log).toBeLessThan(LATEST_WITH_GRACE);
  expect(exitCode).toBe(1);
  expect(log).toMatch(/kustomize-failed/);
});
