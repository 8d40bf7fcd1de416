/** How a program ended. */
export type ProgramExit =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: string }
  /** It was terminated because it exceeded its timeout. */
  | { readonly kind: 'timed-out'; readonly ms: number }
  /** It was terminated because its output exceeded the limit. */
  | { readonly kind: 'too-much-output'; readonly characters: number };

/** Why a program didn't start. */
export type NotStarted =
  | { readonly kind: 'not-found' }
  | { readonly kind: 'not-executable' }
  /** Its working folder doesn't exist, or the job's user may not enter it. */
  | { readonly kind: 'no-folder'; readonly folder: string }
  | { readonly kind: 'not-started'; readonly reason: string };

export interface Output {
  readonly stdout: string;
  /** Only the end of it if it is long. */
  readonly stderr: string;
}

export type ProgramResult = (ProgramExit & Output) | NotStarted;

/** Describes a result; follows the program's name: `is not on PATH`, `failed with exit code 3`. */
export function describeResult(result: ProgramExit | NotStarted): string {
  switch (result.kind) {
    case 'exited':
      return result.code === 0 ? 'succeeded' : `failed with exit code ${result.code}`;
    case 'killed':
      return `was terminated by ${result.signal}`;
    case 'timed-out':
      return `did not finish within ${result.ms / 1000} s`;
    case 'too-much-output':
      return `printed more than ${result.characters / 2 ** 20} MiB`;
    case 'not-found':
      return 'is not on PATH';
    case 'not-executable':
      return "can't be executed by the job's user";
    case 'no-folder':
      return `can't be started in ${result.folder}, which doesn't exist or can't be entered`;
    case 'not-started':
      return `can't be started: ${result.reason}`;
  }
}

/** The last line of a program's standard error, or else of its standard output; `undefined` if it printed nothing. */
export function lastOutputLine(result: ProgramResult): string | undefined {
  if (!('stdout' in result)) return undefined;
  return lastLine(result.stderr) ?? lastLine(result.stdout);
}

function lastLine(text: string): string | undefined {
  return text.trim().split(/\r?\n/).at(-1)?.trim() || undefined;
}
