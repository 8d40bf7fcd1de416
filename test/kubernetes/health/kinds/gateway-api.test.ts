import { describe, expect, it } from '@jest/globals';
import { judgeHealth } from '../../../../src/kubernetes/health/health.ts';
import { object } from '../../objects.ts';
import { condition } from '../operators/examples.ts';

const apiVersion = 'gateway.networking.k8s.io/v1';
const metadata = { name: 'shop', namespace: 'staging', uid: 'u', generation: 2 };
const at = (generation: number, ...list: readonly object[]) =>
  list.map((each) => ({ ...each, observedGeneration: generation }));

describe('Gateway', () => {
  const [accepted, programmed] = [condition('Accepted', 'True'), condition('Programmed', 'True')];
  const judged = (conditions: readonly object[], listener: readonly object[] | undefined = [programmed]) => {
    const listeners = listener && { listeners: [{ name: 'http', conditions: at(2, ...listener) }] };
    return judgeHealth(object({ apiVersion, kind: 'Gateway', metadata, status: { conditions, ...listeners } }));
  };

  it('is current once the Gateway and its listeners are programmed', () => {
    expect(judged(at(2, accepted, programmed)).status).toBe('current');
    const bare = { conditions: at(2, accepted, programmed) };
    expect(judgeHealth(object({ apiVersion, kind: 'Gateway', metadata, status: bare })).status).toBe('current');
  });

  it('is progressing until then, and if its conditions belong to an earlier generation', () => {
    expect(judged(at(1, accepted, programmed)).message).toBe('the controller has not seen the change yet');
    const waiting = judged(at(2, accepted, condition('Programmed', 'False', 'AddressNotAssigned', 'no address')));
    expect([waiting.status, waiting.message]).toStrictEqual(['progressing', 'AddressNotAssigned: no address']);
    const refs = condition('ResolvedRefs', 'False', 'InvalidCertificateRef', 'no secret');
    expect(judged(at(2, accepted, programmed), [programmed, refs]).status).toBe('progressing');
    const before = at(2, condition('Accepted', 'Unknown', 'Pending', 'Waiting for controller'));
    expect(judged(before).message).toStrictEqual('Pending: Waiting for controller');
  });

  it('fails if its controller rejects it', () => {
    const refused = judged(at(2, condition('Accepted', 'False', 'UnsupportedAddress', 'no such pool')));
    expect([refused.status, refused.message]).toStrictEqual(['failed', 'UnsupportedAddress: no such pool']);
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
    judgeHealth(object({ apiVersion, kind, metadata, spec: { parentRefs }, status: { parents } }));

  it('is current once every parent has accepted it', () => {
    for (const kind of ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'])
      expect(judged([{ name: 'public' }], [parent('public', taken)], kind).status).toBe('current');
    const half = judged([{ name: 'public' }, { name: 'internal' }], [parent('public', taken)]);
    expect([half.status, half.message, half.ready, half.total]).toStrictEqual([
      'progressing',
      'parent internal has not reported yet',
      1,
      2,
    ]);
  });

  it('distinguishes parents by section and namespace', () => {
    const wanted = [{ name: 'public', sectionName: 'https', namespace: 'edge' }];
    expect(judged(wanted, [parent('public', taken)]).status).toBe('progressing');
    const answer = parent('public', taken, { sectionName: 'https', namespace: 'edge' });
    expect(judged(wanted, [answer]).status).toBe('current');
    expect(judged([{ name: 'public' }], [parent('public', taken, { namespace: 'staging' })]).status).toBe('current');
  });

  it('ignores conditions of an earlier generation', () => {
    const before = at(1, condition('Accepted', 'True'), condition('ResolvedRefs', 'True'));
    const verdict = judged([{ name: 'public' }], [parent('public', before)]);
    expect([verdict.status, verdict.message]).toStrictEqual([
      'progressing',
      'the controller has not seen the change yet',
    ]);
  });

  it('fails if a parent rejects it or a backend is missing', () => {
    const refused = at(2, condition('Accepted', 'False', 'NotAllowedByListeners', 'no listener'));
    expect(judged([{ name: 'public' }], [parent('public', refused)]).status).toBe('failed');
    const missing = at(
      2,
      condition('Accepted', 'True'),
      condition('ResolvedRefs', 'False', 'BackendNotFound', 'no shop'),
    );
    const verdict = judged([{ name: 'public' }], [parent('public', missing)]);
    expect(verdict.status === 'failed' && verdict.cause).toBe('reports-error');
    expect(verdict.message).toBe('parent public: BackendNotFound: no shop');
    const pending = at(2, condition('Accepted', 'False', 'Pending', 'soon'));
    expect(judged([{ name: 'public' }], [parent('public', pending)]).status).toBe('progressing');
    const withoutResolvedRefs = at(2, condition('Accepted', 'True'));
    expect(judged([{ name: 'public' }], [parent('public', withoutResolvedRefs)]).message).toMatch(
      /ResolvedRefs is not reported yet/,
    );
  });

  it('without a parent is current', () => expect(judged([], []).status).toBe('current'));
});
