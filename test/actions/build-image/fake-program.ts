import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/**
 * A fake of docker, buildah and podman for tests of their command lines. It records each call, and responds as its settings say (a
 * JSON file in the same folder). The end-to-end tests run the real programs.
 */
const [, program = '', ...args] = process.argv;
const folder = join(program, '..');
const settings = JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8'));
const after = (option: string) => (args.includes(option) ? args[args.indexOf(option) + 1] : undefined);
const authFile =
  after('--authfile') ?? (process.env['DOCKER_CONFIG'] && join(process.env['DOCKER_CONFIG'], 'config.json'));
const seen = {
  program: basename(program),
  args,
  env: process.env,
  auth:
    authFile && existsSync(authFile)
      ? { mode: statSync(authFile).mode & 0o777, content: JSON.parse(readFileSync(authFile, 'utf8')) }
      : undefined,
  certificate: after('--cert-dir') && readFileSync(join(after('--cert-dir') ?? '', 'ca.crt'), 'utf8'),
  registries:
    process.env['CONTAINERS_REGISTRIES_CONF'] && readFileSync(process.env['CONTAINERS_REGISTRIES_CONF'], 'utf8'),
};
appendFileSync(join(folder, 'calls.jsonl'), `${JSON.stringify(seen)}\n`);

const line = `${seen.program} ${args.join(' ')}`;
const failure = settings.failures.find(({ pattern }: { pattern: string }) => new RegExp(pattern).test(line));
if (failure && failure.times > 0) {
  failure.times -= 1;
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
  // A program that succeeds prints to stdout.
  (failure.code === 0 ? console.log : console.error)(failure.says);
  if (failure.code === 'ignores SIGTERM') process.on('SIGTERM', () => {});
  // The child holds the output of its parent.
  if (failure.code === 'hangs with a child')
    spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setTimeout(() => {}, 20_000)'], {
      stdio: 'inherit',
    });
  if (typeof failure.code === 'string') await new Promise(() => setInterval(() => {}, 1000));
  process.exit(failure.code ?? 1);
}
if (args.includes('--version')) console.log(`${seen.program} version 1.28.2`);
else if (/\bbuildx version/.test(line)) console.log('github.com/docker/buildx v0.29.1 abc');
else if (/ version --format/.test(line)) console.log('20.10.24');
else console.log(`${seen.program} works`);
const digest = settings.digest;
if (after('--iidfile')) writeFileSync(after('--iidfile') ?? '', `sha256:${'1'.repeat(64)}`);
if (after('--digestfile')) writeFileSync(after('--digestfile') ?? '', digest);
if (after('--metadata-file'))
  writeFileSync(after('--metadata-file') ?? '', JSON.stringify({ 'containerimage.digest': digest }));
if (/^docker push /.test(line)) console.log(`main: digest: ${digest} size: 527`);
