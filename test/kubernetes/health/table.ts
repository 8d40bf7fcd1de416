import { describe, expect, it } from '@jest/globals';
import { judgeHealth } from '../../../src/kubernetes/health/health.ts';
import { expectWithNote } from '../../jest-support.ts';
import { object } from '../objects.ts';

type Row = readonly [what: string, fields: object, status: string, message: RegExp];

export const metadata = { name: 'shop', namespace: 'staging', uid: 'uid-shop', generation: 2 };

export const condition = (type: string, status: string, reason = '', message = '') => ({
  type,
  status,
  reason,
  message,
});

/** The status of an object with one condition, as kstatus reads it. */
export const conditionStatus = (only: object, others: object = {}) => ({
  status: { observedGeneration: 2, conditions: [only], ...others },
});

/** A test for each row: the verdict on an object of the kind with these fields. */
export function table(apiVersion: string, kind: string, rows: readonly Row[]): void {
  describe(kind, () => {
    for (const [what, fields, status, message] of rows)
      it(`is ${status}: ${what}`, () => {
        const verdict = judgeHealth(object({ apiVersion, kind, metadata, ...fields }));
        expectWithNote(verdict.status, verdict.message).toBe(status);
        expect(verdict.message).toMatch(message);
      });
  });
}
