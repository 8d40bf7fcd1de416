/** Why an action failed, and what to do about it. */
export interface ActionProblem {
  /** Stable kebab-case identifier, part of the suite's interface. */
  readonly code: string;
  /** One sentence: what happened, to what, with the value that was found. */
  readonly message: string;
  /** One sentence: what to grant, set or change. */
  readonly remedy: string;
  /** The underlying error, shown only in debug output. */
  readonly cause?: unknown;
}

/** Longer messages are cut: a message may quote a server, whose answer can have any length. */
const MAX_LENGTH = 8000;

/** An error for the user. Any other error is reported as `internal`. */
export class ActionError extends Error {
  override readonly name = 'ActionError';
  readonly code: string;
  readonly remedy: string;

  constructor(problem: ActionProblem) {
    const { message } = problem;
    super(message.length > MAX_LENGTH ? `${message.slice(0, MAX_LENGTH)} …` : message, { cause: problem.cause });
    this.code = problem.code;
    this.remedy = problem.remedy;
  }
}

/** The message of any thrown value. Node's `AggregateError` of failed connects has none; its first error has. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.message === '' && thrown.errors.length > 0)
    return messageOf(thrown.errors[0]);
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Turns any thrown value into an ActionError. An error that isn't one is a bug of the action, with the code `internal`. */
export function toActionError(thrown: unknown): ActionError {
  if (thrown instanceof ActionError) return thrown;
  if (messageOf(thrown).includes('Maximum call stack size exceeded')) return tooDeep(thrown);
  return new ActionError({
    code: 'internal',
    message: `Unexpected error: ${messageOf(thrown)}`,
    remedy:
      'This is a bug in the action. Run it again with debug logging (RUNNER_DEBUG=1), and report the bug with the log.',
    cause: thrown,
  });
}

/** Only recursion over data overflows the stack: over a text from outside that is nested thousands of levels deep. */
function tooDeep(cause: unknown): ActionError {
  return new ActionError({
    code: 'nested-too-deeply',
    message: 'A file, an input or the answer of a server is nested too deeply to be read.',
    remedy:
      'Look for thousands of brackets in what this step reads; debug logging (RUNNER_DEBUG=1) shows where it stopped.',
    cause,
  });
}
