import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judgeHealth } from '../../../../src/kubernetes/health/health.ts';
import { operatorCriteria } from '../../../../src/kubernetes/health/operators/families.ts';
import type { StatusCriteria } from '../../../../src/kubernetes/health/rule/status-criteria.ts';
import { groupOf } from '../../../../src/kubernetes/objects/object.ts';
import { expectWithNote, invariant } from '../../../jest-support.ts';
import { object } from '../../objects.ts';
import { argo, pipelines, rolloutTools } from './argo.ts';
import { certManager } from './cert-manager.ts';
import { compute, databases, kafka, monitoring, postgres, searchAndQueues, storage } from './data.ts';
import { promotion, streams } from './delivery.ts';
import type { Examples } from './examples.ts';
import { apiGateways, infrastructure, policies } from './infrastructure.ts';
import { moreData } from './more-data.ts';
import { clouds, clusters, crossplane, kubernetes, networking, serverless } from './platforms.ts';
import { secrets } from './secrets.ts';

const examples: Examples = Object.assign(
  {},
  kubernetes,
  certManager,
  secrets,
  argo,
  rolloutTools,
  serverless,
  networking,
  crossplane,
  clouds,
  clusters,
  pipelines,
  monitoring,
  kafka,
  postgres,
  databases,
  searchAndQueues,
  storage,
  compute,
  promotion,
  streams,
  apiGateways,
  infrastructure,
  policies,
  moreData,
);

const allCriteria: readonly StatusCriteria[] = Object.values(operatorCriteria).flat();
const criteriaOf = (group: string, kind: string) => {
  const ofGroup = allCriteria.filter(({ groups }) =>
    groups.some((each) => each === group || (each.startsWith('*.') && group.endsWith(each.slice(1)))),
  );
  return ofGroup.find(({ kinds }) => kinds?.includes(kind)) ?? ofGroup.find(({ kinds }) => kinds === undefined);
};

describe.each(Object.entries(examples))('%s', (name, rows) => {
  const [apiVersion = '', kind = ''] = name.split(' ');
  const criteria = criteriaOf(groupOf({ apiVersion }), kind);
  // All kinds with the same criteria are judged alike.
  for (const each of new Set([kind, ...(criteria?.kinds ?? [])]))
    for (const [what, { metadata = {}, ...fields }, status, message] of rows as readonly (readonly [
      string,
      { metadata?: object },
      string,
      RegExp,
    ])[])
      it(`${each} is ${status}: ${what}`, () => {
        const named = { name: 'shop', namespace: 'staging', uid: 'u', generation: 2, ...metadata };
        const verdict = judgeHealth(object({ apiVersion, kind: each, metadata: named, ...fields }));
        expectWithNote(verdict.status, verdict.message).toBe(status);
        expect(verdict.message).toMatch(message);
      });
});

describe('the status criteria', () => {
  it('have an example of each verdict that they can give', () => {
    const seen = new Map<StatusCriteria, Set<string>>();
    for (const [name, rows] of Object.entries(examples)) {
      const [apiVersion = '', kind = ''] = name.split(' ');
      const criteria = criteriaOf(groupOf({ apiVersion }), kind);
      invariant(criteria, name);
      const statuses = seen.get(criteria) ?? new Set();
      for (const [, , status] of rows) statuses.add(status);
      seen.set(criteria, statuses);
    }
    for (const criteria of allCriteria.filter(({ current }) => current.length > 0)) {
      const needed = [
        'current',
        ...(criteria.failed || criteria.degraded || criteria.reportsError ? ['failed'] : []),
        ...(criteria.suspended ? ['suspended'] : []),
        ...(criteria.paused ? ['paused'] : []),
        ...(criteria.current.every((test) => 'not' in test) ? [] : ['progressing']),
      ];
      const statuses = seen.get(criteria) ?? new Set();
      const missing = needed.filter((status) => !statuses.has(status));
      expectWithNote(missing, `${criteria.groups} ${criteria.kinds}`).toStrictEqual([]);
    }
  });

  it('do not accept the status of an earlier generation', () => {
    let checked = 0;
    for (const [name, rows] of Object.entries(examples)) {
      const [apiVersion = '', kind = ''] = name.split(' ');
      const criteria = criteriaOf(groupOf({ apiVersion }), kind);
      const hasStatusTests = criteria?.runsOnce === undefined && criteria?.current.some((test) => !('not' in test));
      for (const [what, fields, status] of hasStatusTests ? rows : []) {
        if (status !== 'current') continue;
        const named = { name: 'shop', namespace: 'staging', uid: 'u', generation: 3 };
        const verdict = judgeHealth(object({ ...fields, apiVersion, kind, metadata: named }));
        const isRejected = verdict.status !== 'current' || verdict.assumed === 'generation';
        invariant(isRejected, `${name}: ${what}`);
        checked += 1;
      }
    }
    expectWithNote(checked, `${checked}`).toBeGreaterThan(60);
  });

  it('accept any content of a status, and never call an empty status ready', () => {
    const keys = ['conditions', 'phase', 'state', 'instances', 'observedGeneration', 'replicas', 'parents', 'message'];
    const status = fc.oneof(
      fc.constantFrom(null, {}, { conditions: [] }),
      fc.dictionary(fc.constantFrom(...keys), fc.jsonValue()),
    );
    const kinds = allCriteria.flatMap(({ groups, kinds = ['Any'] }) =>
      kinds.map((kind) => ({ group: groups[0] ?? '', kind })),
    );
    const check = fc.property(fc.constantFrom(...kinds), status, ({ group, kind }, status) => {
      const apiVersion = group === '' ? 'v1' : `${group.replace('*.', 'a.')}/v1`;
      const named = { name: 'shop', namespace: 'staging', uid: 'u', generation: 2 };
      const verdict = judgeHealth(object({ apiVersion, kind, metadata: named, status }));
      expect(verdict.message.length).toBeGreaterThan(0);
      const isBlank = Object.values(status ?? {}).every((value) => Array.isArray(value) && value.length === 0);
      const hasStatusTests = criteriaOf(group, kind)?.current.some((test) => !('not' in test)) ?? false;
      if (isBlank && hasStatusTests) expect(verdict.status).toBe('progressing');
    });
    fc.assert(check, { seed: 5, numRuns: 3000 });
  });

  it('wait for the status of a kind that is known to have one', () => {
    const written = allCriteria.filter(({ conventions }) => conventions);
    expect(written.length).toBeGreaterThan(10);
    for (const { groups, kinds = ['Any'] } of written)
      for (const kind of kinds) {
        const apiVersion = `${(groups[0] ?? '').replace('*.', 'a.')}/v1`;
        const named = { name: 'shop', namespace: 'staging', uid: 'u', generation: 1 };
        expectWithNote(judgeHealth(object({ apiVersion, kind, metadata: named })).status, kind).toBe('progressing');
      }
  });

  it('call kinds without a status current once they exist', () => {
    for (const { groups, kinds = ['Any'] } of allCriteria.filter(
      ({ current, conventions }) => current.length === 0 && !conventions,
    ))
      for (const kind of kinds) {
        const [group = ''] = groups;
        const named = { name: 'shop', namespace: 'staging', uid: 'u', generation: 3 };
        const apiVersion = `${group.replace('*.', 'a.')}/v1`;
        expect(judgeHealth(object({ apiVersion, kind, metadata: named }))).toStrictEqual({
          status: 'current',
          message: 'exists',
        });
      }
  });
});
