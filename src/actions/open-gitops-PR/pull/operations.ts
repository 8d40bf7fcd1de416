/**
 * What this run has set out to do on GitHub. Each operation is noted before its request: if the response is lost, the next attempt
 * finds the work done, and this run still did it.
 */
export interface Operations {
  committed: boolean;
  opened: boolean;
  edited: boolean;
  closed: boolean;
}

/** The output `operation`. */
export type OperationName = 'created' | 'updated' | 'none' | 'closed' | 'committed';

export function noOperations(): Operations {
  return { committed: false, opened: false, edited: false, closed: false };
}

/** The operation that sums up what happened to the pull request. */
export function operationName(operations: Operations): Exclude<OperationName, 'committed'> {
  if (operations.closed) return 'closed';
  if (operations.opened) return 'created';
  return operations.committed || operations.edited ? 'updated' : 'none';
}
