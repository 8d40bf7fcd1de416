import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createHttp } from '../../src/http/http.ts';
import { type InstallOptions, installTool } from '../../src/tools/install.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { Faults } from '../fakes/faults.ts';
import { listenOnLoopback } from '../fakes/loopback.ts';

const PROGRAM = `#!/bin/sh\necho "greeter 1.2.3, ${'x'.repeat(5000)}"\n`;
const platform = { os: 'linux', arch: 'x64' };

let server: Server;
let folder: string;
let logged: string[];
let asked: string[];
let world: InstallOptions & { readonly mirror: string };
const files = new Map<string, Uint8Array>();
const faults = new Faults();
const http = createHttp({ env: {}, userAgent: 'test' });

beforeEach(async () => {
  [logged, asked] = [[], []];
  faults.clear();
  files.clear();
  folder = mkdtempSync(join(tmpdir(), 'tools-test-'));
  mkdirSync(join(folder, 'out'));
  server = createServer(async (request, response) => {
    asked.push(request.url ?? '');
    await faults.serve(request, response, () => {
      const file = files.get(request.url ?? '');
      if (file === undefined) response.writeHead(404).end('no such file');
      else response.end(file);
    });
  });
  const mirror = `http://127.0.0.1:${await listenOnLoopback(server)}/remote/github`;
  const log = { info: (text: string) => logged.push(text) };
  const clock = { now: () => Date.now(), sleep: async () => {} };
  const env = { PATH: process.env['PATH'], RUNNER_TOOL_CACHE: join(folder, 'cache'), INPUT_TOKEN: 'hunter2' };
  world = { http, clock, log, env, mirror, platform, signal: new AbortController().signal };
  // Its debug lines are for the runner.
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(async () => {
  jest.restoreAllMocks();
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
  delete process.env['RUNNER_TOOL_CACHE'];
});

afterAll(() => http.close());

const out = (...names: string[]) => join(folder, 'out', ...names);

/** A tool whose release the server has. */
function release(packaging: Tool['packaging'], name = 'greeter'): Tool {
  const source = mkdtempSync(join(folder, 'source-'));
  writeFileSync(join(source, name), PROGRAM, { mode: 0o644 });
  const file = packaging === 'plain' ? `${name}-linux-amd64` : `${name}_linux_amd64.tar.gz`;
  if (packaging === 'tar.gz') execFileSync('tar', ['-czf', join(source, file), '-C', source, name]);
  const bytes = readFileSync(join(source, packaging === 'plain' ? name : file));
  const path = 'acme/greeter/releases/download/v1.2.3';
  files.set(`/remote/github/${path}/${file}`, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { name, version: '1.2.3', releasePath: path, packaging, assets: { 'linux-x64': { file, sha256 } } };
}

const says = (program: string) => execFileSync(program, { encoding: 'utf8' });
const kept = () => readdirSync(join(folder, 'cache'), { recursive: true });

test.each(['plain', 'tar.gz'] as const)(
  'a tool (%s) is brought from the mirror, checked, and can be run',
  async (packed) => {
    const tool = release(packed);
    const program = await installTool(tool, out(), world);
    expect(program).toBe(out('greeter'));
    expect(statSync(program).mode & 0o777).toBe(0o755);
    expect(says(program)).toMatch(/^greeter 1\.2\.3/);
    expect(asked).toStrictEqual([`/remote/github/${tool.releasePath}/${tool.assets['linux-x64']?.file}`]);
    expect(logged).toStrictEqual([
      expect.stringMatching(/^greeter 1\.2\.3 comes from http:.*; its SHA-256 is the release's$/),
    ]);
  },
);

test.each(['plain', 'tar.gz'] as const)(
  'the second run takes it (%s) from the tool cache, and asks nobody',
  async (packed) => {
    const tool = release(packed);
    await installTool(tool, out(), world);
    asked.length = 0;
    mkdirSync(out('second'));
    const program = await installTool(tool, out('second'), world);
    expect(says(program)).toMatch(/^greeter 1\.2\.3/);
    expect(asked).toStrictEqual([]);
    expect(logged.at(-1)).toMatch(/comes from the runner's tool cache/);
  },
);

test('where the release leads to another place, the file is taken from there', async () => {
  const tool = release('plain');
  const [path = '', file = ''] = [...files][0] ?? [];
  files.clear();
  files.set('/storage/blob?signature=x', Buffer.from(file));
  const headers = { location: '/storage/blob?signature=x' };
  faults.inject(/GET \/remote/, { kind: 'status', status: 302, headers });
  expect(says(await installTool(tool, out(), world))).toMatch(/^greeter/);
  expect(asked).toStrictEqual([path, '/storage/blob?signature=x']);
});

test('a file with another sum is refused, and nothing of it is kept', async () => {
  const tool = release('plain');
  for (const url of files.keys()) files.set(url, Buffer.from('#!/bin/sh\necho evil\n'));
  await expect(installTool(tool, out(), world)).rejects.toMatchObject({
    code: 'tool-checksum',
    message: expect.stringMatching(/^http:.* is not the release of greeter 1\.2\.3: its SHA-256 is [0-9a-f]{64}, and/),
  });
  expect(asked).toHaveLength(1);
  expect(readdirSync(out())).toStrictEqual([]);
  expect(() => kept()).toThrow(/ENOENT/);
});

test('what somebody changed in the tool cache is not run, but replaced', async () => {
  const tool = release('plain');
  await installTool(tool, out(), world);
  const cached = kept().find((name) => String(name).endsWith('amd64'));
  writeFileSync(join(folder, 'cache', String(cached)), '#!/bin/sh\necho evil\n');
  mkdirSync(out('second'));
  expect(says(await installTool(tool, out('second'), world))).toMatch(/^greeter/);
  expect(asked).toHaveLength(2);
  expect(readFileSync(join(folder, 'cache', String(cached)), 'utf8')).toBe(PROGRAM);
});

test('what another action keeps under the name of the tool stays', async () => {
  const other = join(folder, 'cache', 'greeter', '1.2.3', 'x64');
  mkdirSync(other, { recursive: true });
  writeFileSync(join(other, 'greeter'), 'theirs');
  writeFileSync(`${other}.complete`, '');
  await installTool(release('plain'), out(), world);
  expect(readFileSync(join(other, 'greeter'), 'utf8')).toBe('theirs');
});

test.each([
  ['500', { kind: 'status', status: 500 }],
  ['a cut body', { kind: 'truncated', bytes: 1000 }],
  ['a lost connection', { kind: 'reset' }],
] as const)('after %s it is asked for again', async (_, fault) => {
  faults.inject(/GET/, fault);
  expect(says(await installTool(release('plain'), out(), world))).toMatch(/^greeter/);
  expect(asked).toHaveLength(2);
  expect(logged[0]).toMatch(/; again in /);
});

test.each([
  ['is not there', { kind: 'status', status: 404 }, /could not be downloaded: http:\S+ answered HTTP 404\.$/, 1],
  ['fails again and again', { kind: 'status', status: 503 }, /answered HTTP 503\.$/, 4],
  [
    'is cut again and again',
    { kind: 'truncated', bytes: 1000 },
    /^greeter 1\.2\.3 could not be downloaded: GET http/,
    4,
  ],
] as const)('a file that %s ends the step, and nothing of it is kept', async (_, fault, message, attempts) => {
  faults.inject(/GET/, fault, 9);
  await expect(installTool(release('plain'), out(), world)).rejects.toMatchObject({
    code: 'tool-download-failed',
    message: expect.stringMatching(message),
    remedy: expect.stringMatching(/mirror/),
  });
  expect(asked).toHaveLength(attempts);
  expect(readdirSync(out())).toStrictEqual([]);
  expect(() => kept()).toThrow(/ENOENT/);
});

/** Lets the server send the head of an answer and no more. */
function hang(): Promise<unknown> {
  return new Promise((resolve) => {
    server.removeAllListeners('request').on('request', (_, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('x');
      resolve(response);
    });
  });
}

test('a server that says nothing more is given up when the time is over', async () => {
  const tool = release('plain');
  void hang();
  await expect(installTool(tool, out(), { ...world, timeout: 200 })).rejects.toMatchObject({
    code: 'tool-download-failed',
    message: expect.stringMatching(/did not give it within 0\.2 s\.$/),
  });
});

test('a cancelled job ends the download at once', async () => {
  const tool = release('plain');
  const cancel = new AbortController();
  const hanging = hang();
  const bringing = installTool(tool, out(), { ...world, signal: cancel.signal });
  await hanging;
  const closed = once(server, 'close');
  cancel.abort(new Error('cancelled'));
  await expect(bringing).rejects.toThrow('cancelled');
  server.close();
  // Its connection is gone.
  await closed;
});

test('a platform that the release is not pinned for is said', async () => {
  const bringing = installTool(release('plain'), out(), { ...world, platform: { os: 'win32', arch: 'x64' } });
  await expect(bringing).rejects.toMatchObject({
    code: 'tool-unsupported',
    message: 'greeter 1.2.3 is brought for linux-x64, and this runner is win32-x64.',
  });
  expect(asked).toStrictEqual([]);
});

test('without a tool cache, and with one that can not be written, it is brought all the same', async () => {
  const tool = release('plain');
  expect(says(await installTool(tool, out(), { ...world, env: {} }))).toMatch(/^greeter/);
  writeFileSync(join(folder, 'cache'), 'a file');
  expect(says(await installTool(tool, out(), world))).toMatch(/^greeter/);
  expect(logged.at(-1)).toMatch(/can't be kept in the tool cache: /);
});

test('an archive that holds something else is said in the words of tar', async () => {
  const tool = { ...release('tar.gz'), name: 'other' };
  await expect(installTool(tool, out(), world)).rejects.toMatchObject({
    code: 'tool-unpack-failed',
    message: expect.stringMatching(/^other 1\.2\.3 can't be unpacked: tar failed with exit code 2: tar: /),
  });
});

test('tar gets none of the inputs', async () => {
  const programs = mkdtempSync(join(folder, 'programs-'));
  const script = `#!/bin/sh\nenv > ${programs}/env\nexec ${execFileSync('which', ['tar'], { encoding: 'utf8' }).trim()} "$@"\n`;
  writeFileSync(join(programs, 'tar'), script, { mode: 0o755 });
  const env = { ...world.env, PATH: `${programs}:${process.env['PATH']}` };
  await installTool(release('tar.gz'), out(), { ...world, env });
  expect(readFileSync(join(programs, 'env'), 'utf8')).not.toMatch(/hunter2/);
});
