import { describe, expect, it } from '@jest/globals';
import { object } from '../objects.ts';
import { none, startAssessor } from './deployment.ts';

describe('a custom resource with little or no status', () => {
  const start = Date.parse('2026-03-01T12:00:00Z');
  const seen = (fields: object = {}, generation = 1) =>
    object({
      apiVersion: 'example.com/v1',
      kind: 'Cache',
      metadata: { name: 'shop', uid: 'u', generation },
      ...fields,
    });
  const assessOnce = ({ assess }: ReturnType<typeof startAssessor>, some = seen()) =>
    assess.assess(some, undefined, none);

  it('without a status is progressing, because its controller may not have seen it', async () => {
    const harness = startAssessor();
    const { status, message, recheckAt } = assessOnce(harness);
    expect([status, message]).toStrictEqual(['progressing', 'no controller has written its status yet']);
    expect(recheckAt).toBe(start + 10_000);
    expect(assessOnce(harness, seen({ status: { conditions: [] } })).status).toBe('progressing');
  });

  it('without a status is current after a while, because its kind may have no controller', async () => {
    const harness = startAssessor();
    assessOnce(harness);
    await harness.pass(9_999);
    expect(assessOnce(harness).status).toBe('progressing');
    await harness.pass(1);
    const { status, message, recheckAt } = assessOnce(harness);
    expect([status, message, recheckAt]).toStrictEqual(['current', 'exists', undefined]);
  });

  it('is progressing again after a change, or if it was replaced by another object of the same name', async () => {
    const harness = startAssessor();
    assessOnce(harness);
    await harness.pass(10_000);
    expect(assessOnce(harness, seen({}, 2)).status).toBe('progressing');
    await harness.pass(10_000);
    expect(assessOnce(harness, seen({}, 2)).status).toBe('current');
    const replacement = seen({ metadata: { name: 'shop', uid: 'another', generation: 2 } });
    expect(assessOnce(harness, replacement).status).toBe('progressing');
  });

  it('is judged by its status as soon as it has one', () => {
    const harness = startAssessor();
    assessOnce(harness);
    const condition = (status: string) => ({ status: { conditions: [{ type: 'Ready', status }] } });
    expect(assessOnce(harness, seen(condition('False'))).status).toBe('progressing');
    expect(assessOnce(harness, seen(condition('True'))).status).toBe('current');
  });

  it('of a built-in kind is current at once', () => {
    for (const [apiVersion, kind] of [
      ['v1', 'ConfigMap'],
      ['networking.k8s.io/v1', 'NetworkPolicy'],
      ['rbac.authorization.k8s.io/v1', 'Role'],
    ])
      expect(assessOnce(startAssessor(), object({ apiVersion, kind, metadata: { name: 'shop' } })).status).toBe(
        'current',
      );
  });

  it('whose status names no generation is progressing for 5 s after a change', async () => {
    const ready = { status: { conditions: [{ type: 'Ready', status: 'True' }] } };
    const harness = startAssessor();
    const { status, recheckAt } = assessOnce(harness, seen(ready, 2));
    expect([status, recheckAt]).toStrictEqual(['progressing', start + 5000]);
    await harness.pass(5000);
    expect(assessOnce(harness, seen(ready, 2)).status).toBe('current');
    expect(assessOnce(startAssessor(), seen(ready, 1)).status).toBe('current');
    const withGeneration = { status: { conditions: [{ type: 'Ready', status: 'True', observedGeneration: 2 }] } };
    expect(assessOnce(startAssessor(), seen(withGeneration, 2)).status).toBe('current');
  });
});
