import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
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
    const { status, message, lookAgainAt } = look(world);
    assert.deepEqual([status, message], ['progressing', 'no controller has written its status yet']);
    assert.equal(lookAgainAt, start + 10_000);
    assert.equal(look(world, seen({ status: { conditions: [] } })).status, 'progressing');
  });

  it('is in place after a while: its kind may have no controller, or none that writes a status', async () => {
    const world = assessor();
    look(world);
    await world.pass(9_999);
    assert.equal(look(world).status, 'progressing');
    await world.pass(1);
    const { status, message, lookAgainAt } = look(world);
    assert.deepEqual([status, message, lookAgainAt], ['current', 'exists', undefined]);
  });

  it('is given the while again after a change, or where it is another object of that name', async () => {
    const world = assessor();
    look(world);
    await world.pass(10_000);
    assert.equal(look(world, seen({}, 2)).status, 'progressing');
    await world.pass(10_000);
    assert.equal(look(world, seen({}, 2)).status, 'current');
    const anew = seen({ metadata: { name: 'shop', uid: 'another', generation: 2 } });
    assert.equal(look(world, anew).status, 'progressing');
  });

  it('is judged by its status as soon as there is one', () => {
    const world = assessor();
    look(world);
    const condition = (status: string) => ({ status: { conditions: [{ type: 'Ready', status }] } });
    assert.equal(look(world, seen(condition('False'))).status, 'progressing');
    assert.equal(look(world, seen(condition('True'))).status, 'current');
  });

  it('is waited for only where a controller may come: kinds of Kubernetes itself have none, or one that is known', () => {
    for (const [apiVersion, kind] of [
      ['v1', 'ConfigMap'],
      ['networking.k8s.io/v1', 'NetworkPolicy'],
      ['rbac.authorization.k8s.io/v1', 'Role'],
    ])
      assert.equal(look(assessor(), object({ apiVersion, kind, metadata: { name: 'shop' } })).status, 'current');
  });

  it('whose status does not tell which change it is of is looked at a little longer, if there was a change', async () => {
    const ready = { status: { conditions: [{ type: 'Ready', status: 'True' }] } };
    const world = assessor();
    const { status, lookAgainAt } = look(world, seen(ready, 2));
    assert.deepEqual([status, lookAgainAt], ['progressing', start + 5000]);
    await world.pass(5000);
    assert.equal(look(world, seen(ready, 2)).status, 'current');
    assert.equal(look(assessor(), seen(ready, 1)).status, 'current');
    const told = { status: { conditions: [{ type: 'Ready', status: 'True', observedGeneration: 2 }] } };
    assert.equal(look(assessor(), seen(told, 2)).status, 'current');
  });
});
