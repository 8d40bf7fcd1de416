import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judge } from '../../../src/kubernetes/health/rules.ts';
import { object } from '../objects.ts';
import { condition } from './operators/examples.ts';

const apiVersion = 'gateway.networking.k8s.io/v1';
const metadata = { name: 'shop', namespace: 'staging', uid: 'u', generation: 2 };
const at = (generation: number, ...list: readonly object[]) =>
  list.map((each) => ({ ...each, observedGeneration: generation }));

describe('Gateway', () => {
  const [accepted, programmed] = [condition('Accepted', 'True'), condition('Programmed', 'True')];
  const judged = (conditions: readonly object[], listener: readonly object[] | undefined = [programmed]) => {
    const listeners = listener && { listeners: [{ name: 'http', conditions: at(2, ...listener) }] };
    return judge(object({ apiVersion, kind: 'Gateway', metadata, status: { conditions, ...listeners } }));
  };

  it('is current once it and its listeners are programmed', () => {
    assert.equal(judged(at(2, accepted, programmed)).status, 'current');
    const bare = { conditions: at(2, accepted, programmed) };
    assert.equal(judge(object({ apiVersion, kind: 'Gateway', metadata, status: bare })).status, 'current');
  });

  it('is progressing until then, and where its conditions are of the generation before', () => {
    assert.equal(judged(at(1, accepted, programmed)).message, 'the controller has not seen the change yet');
    const waiting = judged(at(2, accepted, condition('Programmed', 'False', 'AddressNotAssigned', 'no address')));
    assert.deepEqual([waiting.status, waiting.message], ['progressing', 'AddressNotAssigned: no address']);
    const refs = condition('ResolvedRefs', 'False', 'InvalidCertificateRef', 'no secret');
    assert.equal(judged(at(2, accepted, programmed), [programmed, refs]).status, 'progressing');
    const before = at(2, condition('Accepted', 'Unknown', 'Pending', 'Waiting for controller'));
    assert.deepEqual(judged(before).message, 'Pending: Waiting for controller');
  });

  it('has failed where its controller refuses it', () => {
    const refused = judged(at(2, condition('Accepted', 'False', 'UnsupportedAddress', 'no such pool')));
    assert.deepEqual([refused.status, refused.message], ['failed', 'UnsupportedAddress: no such pool']);
  });
});

describe('a route', () => {
  const parent = (name: string, conditions: readonly object[], more: object = {}) => ({
    parentRef: { group: 'gateway.networking.k8s.io', kind: 'Gateway', name, ...more },
    controllerName: 'example.com/controller',
    conditions,
  });
  const taken = at(2, condition('Accepted', 'True'), condition('ResolvedRefs', 'True'));
  const judged = (parentRefs: readonly object[], parents: readonly object[], kind = 'HTTPRoute') =>
    judge(object({ apiVersion, kind, metadata, spec: { parentRefs }, status: { parents } }));

  it('is current once every parent that it names has taken it', () => {
    for (const kind of ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'])
      assert.equal(judged([{ name: 'public' }], [parent('public', taken)], kind).status, 'current');
    const half = judged([{ name: 'public' }, { name: 'internal' }], [parent('public', taken)]);
    assert.deepEqual(
      [half.status, half.message, half.ready, half.total],
      ['progressing', 'parent internal has not yet answered', 1, 2],
    );
  });

  it('is told by the parent that is meant: a section of it, or one in another namespace', () => {
    const wanted = [{ name: 'public', sectionName: 'https', namespace: 'edge' }];
    assert.equal(judged(wanted, [parent('public', taken)]).status, 'progressing');
    const answer = parent('public', taken, { sectionName: 'https', namespace: 'edge' });
    assert.equal(judged(wanted, [answer]).status, 'current');
    assert.equal(judged([{ name: 'public' }], [parent('public', taken, { namespace: 'staging' })]).status, 'current');
  });

  it('is not taken by what a parent said of the generation before', () => {
    const before = at(1, condition('Accepted', 'True'), condition('ResolvedRefs', 'True'));
    const verdict = judged([{ name: 'public' }], [parent('public', before)]);
    assert.deepEqual([verdict.status, verdict.message], ['progressing', 'the controller has not seen the change yet']);
  });

  it('has failed where a parent refuses it or a backend is missing', () => {
    const refused = at(2, condition('Accepted', 'False', 'NotAllowedByListeners', 'no listener'));
    assert.equal(judged([{ name: 'public' }], [parent('public', refused)]).status, 'failed');
    const missing = at(
      2,
      condition('Accepted', 'True'),
      condition('ResolvedRefs', 'False', 'BackendNotFound', 'no shop'),
    );
    const verdict = judged([{ name: 'public' }], [parent('public', missing)]);
    assert.equal(verdict.status === 'failed' && verdict.cause, 'reports-error');
    assert.equal(verdict.message, 'parent public: BackendNotFound: no shop');
    const pending = at(2, condition('Accepted', 'False', 'Pending', 'soon'));
    assert.equal(judged([{ name: 'public' }], [parent('public', pending)]).status, 'progressing');
    const untold = at(2, condition('Accepted', 'True'));
    assert.match(judged([{ name: 'public' }], [parent('public', untold)]).message, /ResolvedRefs is not told yet/);
  });

  it('that names no parent has nothing to wait for', () => assert.equal(judged([], []).status, 'current'));
});
