import { describe, expect, it } from '@jest/globals';
import { object } from '../objects.ts';
import { assessor, none } from './deployment.ts';

describe('a custom resource about which little is told', () => {
  const start = Date.parse('2026-03-01T12:00:00Z');
  const seen = (fields: object = {}, generation = 1) =>
    object({
      apiVersion: 'example.com/v1',
      kind: 'Cache',
      metadata: { name: 'shop', uid: 'u', generation },
      ...fields,
    });
  const look = ({ assess }: ReturnType<typeof assessor>, some = seen()) => assess.assess(some, undefined, none);

  it('is not yet in place: its controller may not have looked at it', async () => {
    const world = assessor();
    const { status, message, recheckAt } = look(world);
    expect([status, message]).toStrictEqual(['progressing', 'no controller has written its status yet']);
    expect(recheckAt).toBe(start + 10_000);
    expect(look(world, seen({ status: { conditions: [] } })).status).toBe('progressing');
  });

  it('is in place after a while: its kind may have no controller, or none that writes a status', async () => {
    const world = assessor();
    look(world);
    await world.pass(9_999);
    expect(look(world).status).toBe('progressing');
    await world.pass(1);
    const { status, message, recheckAt } = look(world);
    expect([status, message, recheckAt]).toStrictEqual(['current', 'exists', undefined]);
  });

  it('is given the while again after a change, or where it is another object of that name', async () => {
    const world = assessor();
    look(world);
    await world.pass(10_000);
    expect(look(world, seen({}, 2)).status).toBe('progressing');
    await world.pass(10_000);
    expect(look(world, seen({}, 2)).status).toBe('current');
    const anew = seen({ metadata: { name: 'shop', uid: 'another', generation: 2 } });
    expect(look(world, anew).status).toBe('progressing');
  });

  it('is judged by its status as soon as there is one', () => {
    const world = assessor();
    look(world);
    const condition = (status: string) => ({ status: { conditions: [{ type: 'Ready', status }] } });
    expect(look(world, seen(condition('False'))).status).toBe('progressing');
    expect(look(world, seen(condition('True'))).status).toBe('current');
  });

  it('is waited for only where a controller may come: kinds of Kubernetes itself have none, or one that is known', () => {
    for (const [apiVersion, kind] of [
      ['v1', 'ConfigMap'],
      ['networking.k8s.io/v1', 'NetworkPolicy'],
      ['rbac.authorization.k8s.io/v1', 'Role'],
    ])
      expect(look(assessor(), object({ apiVersion, kind, metadata: { name: 'shop' } })).status).toBe('current');
  });

  it('whose status does not tell which change it is of is looked at a little longer, if there was a change', async () => {
    const ready = { status: { conditions: [{ type: 'Ready', status: 'True' }] } };
    const world = assessor();
    const { status, recheckAt } = look(world, seen(ready, 2));
    expect([status, recheckAt]).toStrictEqual(['progressing', start + 5000]);
    await world.pass(5000);
    expect(look(world, seen(ready, 2)).status).toBe('current');
    expect(look(assessor(), seen(ready, 1)).status).toBe('current');
    const told = { status: { conditions: [{ type: 'Ready', status: 'True', observedGeneration: 2 }] } };
    expect(look(assessor(), seen(told, 2)).status).toBe('current');
  });
});
