/** Objects in the form that their controllers write, and the expected verdicts: `apiVersion Kind` → rows. */
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

/** A status with these conditions, for the generation of the examples. */
export const conditions = (...list: object[]) => ({ status: { observedGeneration: 2, conditions: list } });
export const status = (fields: object) => ({ status: { observedGeneration: 2, ...fields } });
