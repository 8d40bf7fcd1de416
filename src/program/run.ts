import { spawn } from 'node:child_process';

export interface ProgramRequest {
  readonly program: string;
  /** Passed as they are: no shell reads them. */
  readonly args: readonly string[];
  readonly cwd?: string;
  /** The process's own where none is given. The action's inputs are taken out of either: they hold secrets that no program needs. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Written to standard input. */
  readonly input?: string;
  /** Called with each line of either stream as it comes. */
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
}

export type ProgramResult =
  | { readonly kind: 'exited'; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'killed'; readonly signal: string; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'not-found' };

/** How long a program may take to end after SIGTERM, in ms, before it is killed. */
const GRACE = 5000;

/** Runs a program to its end. A cancelled signal ends the program first and then throws the signal's reason. */
export async function runProgram(request: ProgramRequest): Promise<ProgramResult> {
  request.signal?.throwIfAborted();
  const child = spawn(request.program, [...request.args], {
    cwd: request.cwd,
    env: withoutInputs(request.env ?? process.env),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const collected = { stdout: '', stderr: '' };
  const gather = (name: 'stdout' | 'stderr') => {
    let rest = '';
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      collected[name] += chunk;
      const lines = (rest + chunk).split(/\r?\n/);
      rest = lines.pop() ?? '';
      for (const line of lines) request.onLine?.(line);
    });
    child[name].on('end', () => rest && request.onLine?.(rest));
  };
  gather('stdout');
  gather('stderr');

  let killer: NodeJS.Timeout | undefined;
  const stop = () => {
    child.kill('SIGTERM');
    killer = setTimeout(() => child.kill('SIGKILL'), GRACE);
  };
  request.signal?.addEventListener('abort', stop, { once: true });
  // A program that ends before it has read its input closes the pipe; its exit code says the rest.
  child.stdin.on('error', () => {});
  child.stdin.end(request.input ?? '');

  try {
    return await new Promise<ProgramResult>((resolve, reject) => {
      child.on('error', (error) =>
        'code' in error && error.code === 'ENOENT' ? resolve({ kind: 'not-found' }) : reject(error),
      );
      child.on('close', (code, signal) => {
        if (request.signal?.aborted) reject(request.signal.reason);
        else if (code === null) resolve({ kind: 'killed', signal: signal ?? 'unknown', ...collected });
        else resolve({ kind: 'exited', code, ...collected });
      });
    });
  } finally {
    clearTimeout(killer);
    request.signal?.removeEventListener('abort', stop);
  }
}

function withoutInputs(env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('INPUT_')));
}
