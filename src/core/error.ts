/** What a user is told when an action can't go on: a stable code, one sentence of cause, one sentence of remedy. */
export interface ActionProblem {
  /** Stable kebab-case identifier, part of the suite's interface. */
  readonly code: string;
  /** One sentence: what happened, naming the thing and what was got. */
  readonly message: string;
  /** One sentence: what to grant, set or change. */
  readonly remedy: string;
  /** The error underneath, shown only as debug output. */
  readonly cause?: unknown;
}

/** A message that quotes a server may be as long as the server likes; nobody reads more of it than this. */
const LONGEST = 8000;

/** The only error that an action lets reach the user; anything else is reported as `internal`. */
export class ActionError extends Error {
  override readonly name = 'ActionError';
  readonly code: string;
  readonly remedy: string;

  constructor(problem: ActionProblem) {
    const { message } = problem;
    super(message.length > LONGEST ? `${message.slice(0, LONGEST)} …` : message, { cause: problem.cause });
    this.code = problem.code;
    this.remedy = problem.remedy;
  }
}

/** The sentence of any thrown value; a bare `AggregateError` (Node's failed connects) answers with its first part's. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.message === '' && thrown.errors.length > 0)
    return messageOf(thrown.errors[0]);
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Every thrown value as an ActionError: a defect of ours keeps its message and asks for a report. */
export function toActionError(thrown: unknown): ActionError {
  if (thrown instanceof ActionError) return thrown;
  return new ActionError({
    code: 'internal',
    message: `Something unexpected happened: ${messageOf(thrown)}`,
    remedy: 'Run again with debug logging (RUNNER_DEBUG=1) and report it with the log: this is a defect of the action.',
    cause: thrown,
  });
}
