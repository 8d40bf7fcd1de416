/** What became of a program that ran. */
export type ProgramExit =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: string }
  /** It was ended because it ran longer than it may. */
  | { readonly kind: 'timed-out'; readonly ms: number }
  /** It was ended because it printed more than it may. */
  | { readonly kind: 'too-much-output'; readonly characters: number };

/** Why a program did not start. */
export type NotStarted =
  | { readonly kind: 'not-found' }
  | { readonly kind: 'not-executable' }
  /** The folder that it was to run in does not exist, or the user of the job may not enter it. */
  | { readonly kind: 'no-folder'; readonly folder: string }
  | { readonly kind: 'not-started'; readonly reason: string };

export interface Output {
  readonly stdout: string;
  /** The end of it where it is long. */
  readonly stderr: string;
}

export type ProgramResult = (ProgramExit & Output) | NotStarted;

/** What became of a program, to stand after its name: `is not on PATH`, `failed with exit code 3`. */
export function describeResult(result: ProgramExit | NotStarted): string {
  switch (result.kind) {
    case 'exited':
      return result.code === 0 ? 'ended well' : `failed with exit code ${result.code}`;
    case 'killed':
      return `was ended by ${result.signal}`;
    case 'timed-out':
      return `did not end within ${result.ms / 1000} s`;
    case 'too-much-output':
      return `printed more than ${result.characters / 2 ** 20} MiB`;
    case 'not-found':
      return 'is not on PATH';
    case 'not-executable':
      return 'may not be executed by the user of the job';
    case 'no-folder':
      return `was not started: its folder ${result.folder} does not exist, or may not be entered`;
    case 'not-started':
      return `could not be started: ${result.reason}`;
  }
}

/** The last line that a program printed, of its errors if it printed any; `undefined` where it said nothing. */
export function lastOutputLine(result: ProgramResult): string | undefined {
  if (!('stdout' in result)) return undefined;
  return lastLine(result.stderr) ?? lastLine(result.stdout);
}

function lastLine(text: string): string | undefined {
  return text.trim().split(/\r?\n/).at(-1)?.trim() || undefined;
}
