/**
 * Loaded into the process of an action before its bundle (NODE_OPTIONS). Each change of the file system is reported as a line on file
 * descriptor 3, and waits for a line on file descriptor 4: `go`, or the code of an error that the call then fails with. So a test can
 * kill the action right before any change, or let the disk be full there.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { passTimeFaster } from './faster-time.ts';

const { CHAOS_REPORTS, CHAOS_SPEED } = process.env;
// The programs that the action runs are not watched.
for (const name of ['NODE_OPTIONS', 'CHAOS_REPORTS', 'CHAOS_SPEED']) delete process.env[name];

const REPORTS = 3;
const ANSWERS = 4;
const { readSync, writeSync } = fs;

/** What each call does to its first argument, for the message of a fault. */
const CHANGES = [
  'appendFile',
  'chmod',
  'copyFile',
  'link',
  'mkdir',
  'mkdtemp',
  'open',
  'rename',
  'rm',
  'rmdir',
  'symlink',
  'truncate',
  'unlink',
  'write',
  'writeFile',
  'writev',
];
const WRITES_DATA = ['appendFile', 'write', 'writeFile'];
const READS_ONLY = ['r', 'rs', undefined];

let depth = 0;

if (CHAOS_SPEED !== undefined) passTimeFaster(Number(CHAOS_SPEED));
if (CHAOS_REPORTS !== undefined) {
  for (const name of CHANGES) {
    intercept(fs, `${name}Sync`, name);
    intercept(fs.promises, name, name);
  }
  // Streams use these two with callbacks.
  for (const name of ['open', 'write', 'writev']) intercept(fs, name, name);
}
syncBuiltinESMExports();

function intercept(module: object, property: string, change: string): void {
  const original: unknown = Reflect.get(module, property);
  if (typeof original !== 'function') return;
  Reflect.set(module, property, function intercepted(this: unknown, ...args: unknown[]): unknown {
    // A function of fs may call another one.
    if (depth > 0 || !isChange(change, args)) return Reflect.apply(original, this, args);
    depth += 1;
    try {
      const answer = report(`${change} ${targetOf(args)}`);
      if (answer === 'go') return Reflect.apply(original, this, args);
      const error = failure(answer, change, args);
      // A disk that becomes full within a write has the first part of the data.
      const partly = WRITES_DATA.includes(change) ? [args[0], half(args[1]), ...args.slice(2)] : undefined;
      if (module === fs.promises) return failLater(partly && Reflect.apply(original, this, partly), error);
      const callback = args.at(-1);
      if (typeof callback === 'function') return process.nextTick(callback, error);
      if (partly) Reflect.apply(original, this, partly);
      throw error;
    } finally {
      depth -= 1;
    }
  });
}

function isChange(change: string, [target, flags]: unknown[]): boolean {
  if (typeof target === 'number' && target <= ANSWERS) return false;
  if (change !== 'open') return true;
  if (typeof flags === 'number')
    return (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR | fs.constants.O_CREAT)) !== 0;
  return typeof flags === 'string' && !READS_ONLY.includes(flags);
}

function targetOf(args: readonly unknown[]): string {
  return args
    .slice(0, 2)
    .filter((arg) => typeof arg === 'string' && arg.startsWith('/'))
    .join(' → ');
}

function half(data: unknown): unknown {
  return typeof data === 'string' || data instanceof Uint8Array ? data.slice(0, Math.floor(data.length / 2)) : data;
}

function failure(code: string, change: string, args: readonly unknown[]): Error {
  const path = targetOf(args);
  return Object.assign(new Error(`${code}: injected by the test, ${change} '${path}'`), {
    code,
    syscall: change,
    path,
  });
}

async function failLater(partly: unknown, error: Error): Promise<never> {
  await partly;
  throw error;
}

function report(line: string): string {
  writeSync(REPORTS, `${line}\n`);
  let answer = '';
  const byte = Buffer.alloc(1);
  while (!answer.endsWith('\n')) {
    if (readSync(ANSWERS, byte, 0, 1, null) === 0) throw new Error('the test has closed its end of the pipe');
    answer += byte.toString();
  }
  return answer.trim();
}
