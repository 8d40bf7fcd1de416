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
let requests: string[];
let options: InstallOptions & { readonly mirror: string };
const files = new Map<string, Uint8Array>();
const faults = new Faults();
const http = createHttp({ env: {}, userAgent: 'test' });

beforeEach(async () => {
  [logged, requests] = [[], []];
  faults.clear();
  files.clear();
  folder = mkdtempSync(join(tmpdir(), 'install-test-'));
  mkdirSync(join(folder, 'out'));
  server = createServer(async (request, response) => {
    requests.push(request.url ?? '');
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
  options = { http, clock, log, env, mirror, platform, signal: new AbortController().signal };
  // @actions/tool-cache prints debug lines.
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

/** A tool whose release is on the server. */
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

const outputOf = (program: string) => execFileSync(program, { encoding: 'utf8' });
const cachedFiles = () => readdirSync(join(folder, 'cache'), { recursive: true });

test.each(['plain', 'tar.gz'] as const)(
  'a tool (%s) is downloaded from the mirror, verified, and executable',
  async (packaging) => {
    const tool = release(packaging);
    const program = await installTool(tool, out(), options);
    expect(program).toBe(out('greeter'));
    expect(statSync(program).mode & 0o777).toBe(0o755);
    expect(outputOf(program)).toMatch(/^greeter 1\.2\.3/);
    expect(requests).toStrictEqual([`/remote/github/${tool.releasePath}/${tool.assets['linux-x64']?.file}`]);
    expect(logged).toStrictEqual([
      expect.stringMatching(/^greeter 1\.2\.3 comes from http:.*; its SHA-256 matches the release$/),
    ]);
  },
);

test.each(['plain', 'tar.gz'] as const)(
  'the second installation of a tool (%s) comes from the tool cache, without a request',
  async (packaging) => {
    const tool = release(packaging);
    await installTool(tool, out(), options);
    requests.length = 0;
    mkdirSync(out('second'));
    const program = await installTool(tool, out('second'), options);
    expect(outputOf(program)).toMatch(/^greeter 1\.2\.3/);
    expect(requests).toStrictEqual([]);
    expect(logged.at(-1)).toMatch(/comes from the runner's tool cache/);
  },
);

test('a redirect of the release is followed', async () => {
  const tool = release('plain');
  const [path = '', file = ''] = [...files][0] ?? [];
  files.clear();
  files.set('/storage/blob?signature=x', Buffer.from(file));
  const headers = { location: '/storage/blob?signature=x' };
  faults.inject(/GET \/remote/, { kind: 'status', status: 302, headers });
  expect(outputOf(await installTool(tool, out(), options))).toMatch(/^greeter/);
  expect(requests).toStrictEqual([path, '/storage/blob?signature=x']);
});

test('a file with a wrong SHA-256 is rejected, and not kept', async () => {
  const tool = release('plain');
  for (const url of files.keys()) files.set(url, Buffer.from('#!/bin/sh\necho evil\n'));
  await expect(installTool(tool, out(), options)).rejects.toMatchObject({
    code: 'tool-checksum',
    message: expect.stringMatching(
      /^The file from http:.* isn't the release of greeter 1\.2\.3: its SHA-256 is [0-9a-f]{64}, expected/,
    ),
  });
  expect(requests).toHaveLength(1);
  expect(readdirSync(out())).toStrictEqual([]);
  expect(() => cachedFiles()).toThrow(/ENOENT/);
});

test('a file that was changed in the tool cache is not run, but replaced', async () => {
  const tool = release('plain');
  await installTool(tool, out(), options);
  const cached = cachedFiles().find((name) => String(name).endsWith('amd64'));
  writeFileSync(join(folder, 'cache', String(cached)), '#!/bin/sh\necho evil\n');
  mkdirSync(out('second'));
  expect(outputOf(await installTool(tool, out('second'), options))).toMatch(/^greeter/);
  expect(requests).toHaveLength(2);
  expect(readFileSync(join(folder, 'cache', String(cached)), 'utf8')).toBe(PROGRAM);
});

test('the cache entry of another action for the same tool is not replaced', async () => {
  const other = join(folder, 'cache', 'greeter', '1.2.3', 'x64');
  mkdirSync(other, { recursive: true });
  writeFileSync(join(other, 'greeter'), 'theirs');
  writeFileSync(`${other}.complete`, '');
  await installTool(release('plain'), out(), options);
  expect(readFileSync(join(other, 'greeter'), 'utf8')).toBe('theirs');
});

test.each([
  ['500', { kind: 'status', status: 500 }],
  ['a truncated body', { kind: 'truncated', bytes: 1000 }],
  ['a lost connection', { kind: 'reset' }],
] as const)('the download is retried after %s', async (_, fault) => {
  faults.inject(/GET/, fault);
  expect(outputOf(await installTool(release('plain'), out(), options))).toMatch(/^greeter/);
  expect(requests).toHaveLength(2);
  expect(logged[0]).toMatch(/; trying again in /);
});

test.each([
  [
    'is missing',
    { kind: 'status', status: 404 },
    /^Can't download greeter 1\.2\.3: http:\S+ responded with HTTP 404\.$/,
    1,
  ],
  ['fails again and again', { kind: 'status', status: 503 }, /responded with HTTP 503\.$/, 4],
  ['is truncated again and again', { kind: 'truncated', bytes: 1000 }, /^Can't download greeter 1\.2\.3: GET http/, 4],
] as const)('a file that %s fails the installation, and is not kept', async (_, fault, message, attempts) => {
  faults.inject(/GET/, fault, 9);
  await expect(installTool(release('plain'), out(), options)).rejects.toMatchObject({
    code: 'tool-download-failed',
    message: expect.stringMatching(message),
    remedy: expect.stringMatching(/mirror/),
  });
  expect(requests).toHaveLength(attempts);
  expect(readdirSync(out())).toStrictEqual([]);
  expect(() => cachedFiles()).toThrow(/ENOENT/);
});

/** Makes the server send the headers of a response, and then nothing. */
function hang(): Promise<unknown> {
  return new Promise((resolve) => {
    server.removeAllListeners('request').on('request', (_, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('x');
      resolve(response);
    });
  });
}

test('a download from a server that hangs fails after its timeout', async () => {
  const tool = release('plain');
  void hang();
  await expect(installTool(tool, out(), { ...options, timeout: 200 })).rejects.toMatchObject({
    code: 'tool-download-failed',
    message: expect.stringMatching(/did not deliver it within 0\.2 s\.$/),
  });
});

test('an aborted signal cancels the download at once', async () => {
  const tool = release('plain');
  const cancel = new AbortController();
  const hanging = hang();
  const installing = installTool(tool, out(), { ...options, signal: cancel.signal });
  await hanging;
  const closed = once(server, 'close');
  cancel.abort(new Error('cancelled'));
  await expect(installing).rejects.toThrow('cancelled');
  server.close();
  // The server closes only when its connections have ended.
  await closed;
});

test('a platform without a pinned release is an error', async () => {
  const installing = installTool(release('plain'), out(), { ...options, platform: { os: 'win32', arch: 'x64' } });
  await expect(installing).rejects.toMatchObject({
    code: 'tool-unsupported',
    message: "greeter 1.2.3 can't be installed on win32-x64, only on linux-x64.",
  });
  expect(requests).toStrictEqual([]);
});

test('a tool is installed without a tool cache, and with one that is not writable', async () => {
  const tool = release('plain');
  expect(outputOf(await installTool(tool, out(), { ...options, env: {} }))).toMatch(/^greeter/);
  writeFileSync(join(folder, 'cache'), 'a file');
  expect(outputOf(await installTool(tool, out(), options))).toMatch(/^greeter/);
  expect(logged.at(-1)).toMatch(/Can't add it to the tool cache: /);
});

test('an archive that lacks the program fails with the message of tar', async () => {
  const tool = { ...release('tar.gz'), name: 'other' };
  await expect(installTool(tool, out(), options)).rejects.toMatchObject({
    code: 'tool-unpack-failed',
    message: expect.stringMatching(/^other 1\.2\.3 can't be unpacked: tar failed with exit code 2: tar: /),
  });
});

test('tar does not get the inputs of the action', async () => {
  const programs = mkdtempSync(join(folder, 'programs-'));
  const script = `#!/bin/sh\nenv > ${programs}/env\nexec ${execFileSync('which', ['tar'], { encoding: 'utf8' }).trim()} "$@"\n`;
  writeFileSync(join(programs, 'tar'), script, { mode: 0o755 });
  const env = { ...options.env, PATH: `${programs}:${process.env['PATH']}` };
  await installTool(release('tar.gz'), out(), { ...options, env });
  expect(readFileSync(join(programs, 'env'), 'utf8')).not.toMatch(/hunter2/);
});
