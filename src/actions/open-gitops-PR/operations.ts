/**
 * What this run set about doing, noted before each request: when an answer is lost, the next attempt finds the deed done, and still
 * it was this run that did it.
 */
export interface Operations {
  committed: boolean;
  opened: boolean;
  edited: boolean;
  closed: boolean;
}

export type OperationName = 'created' | 'updated' | 'none' | 'closed';

export function noOperations(): Operations {
  return { committed: false, opened: false, edited: false, closed: false };
}

export function operationOf(deeds: Operations): OperationName {
  if (deeds.closed) return 'closed';
  if (deeds.opened) return 'created';
  return deeds.committed || deeds.edited ? 'updated' : 'none';
}
