/**
 * What this run set about doing, noted before each request: when an answer is lost, the next attempt finds the deed done, and still
 * it was this run that did it.
 */
export interface Deeds {
  committed: boolean;
  opened: boolean;
  edited: boolean;
  closed: boolean;
}

export type Operation = 'created' | 'updated' | 'none' | 'closed';

export function noDeeds(): Deeds {
  return { committed: false, opened: false, edited: false, closed: false };
}

export function operationOf(deeds: Deeds): Operation {
  if (deeds.closed) return 'closed';
  if (deeds.opened) return 'created';
  return deeds.committed || deeds.edited ? 'updated' : 'none';
}
