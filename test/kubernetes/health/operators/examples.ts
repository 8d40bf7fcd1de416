/** Objects as their controllers write them, and how each is judged: `apiVersion Kind` → rows. */
export type Examples = Readonly<Record<string, readonly Row[]>>;
export type Row = readonly [what: string, fields: object, status: string, message: RegExp];

export const condition = (type: string, status: string, reason = '', message = '', more: object = {}) => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: '2026-03-01T12:00:00Z',
  ...more,
});

/** A status of these conditions, of the generation that the examples have. */
export const conditions = (...list: object[]) => ({ status: { observedGeneration: 2, conditions: list } });
export const status = (fields: object) => ({ status: { observedGeneration: 2, ...fields } });
