import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judgeHealth } from '../../../../src/kubernetes/health/health.ts';
import { ruleFor } from '../../../../src/kubernetes/health/kind-rules.ts';
import { families } from '../../../../src/kubernetes/health/operators/families.ts';
import type { StatusCriteria } from '../../../../src/kubernetes/health/rule/status-criteria.ts';
import { groupOf } from '../../../../src/kubernetes/objects/object.ts';
import { expectWithNote, invariant } from '../../../jest-support.ts';
import { object } from '../../objects.ts';
import { argo, delivery, pipelines } from './argo.ts';
import { certManager } from './cert-manager.ts';
import { compute, databases, kafka, monitoring, postgres, searchAndQueues, storage } from './data.ts';
import type { Examples } from './examples.ts';
import { clouds, clusters, crossplane, kubernetes, networking, serverless } from './platforms.ts';
import { secrets } from './secrets.ts';

const examples: Examples = Object.assign(
  {},
  kubernetes,
  certManager,
  secrets,
  argo,
  delivery,
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
);

const tables: readonly StatusCriteria[] = Object.values(families).flat();
const lineOf = (group: string, kind: string) =>
  tables.find(
    ({ groups, kinds }) =>
      groups.some((each) => each === group || (each.startsWith('*.') && group.endsWith(each.slice(1)))) &&
      (kinds === undefined || kinds.includes(kind)),
  );

for (const [name, rows] of Object.entries(examples)) {
  const [apiVersion = '', kind = ''] = name.split(' ');
  const line = lineOf(groupOf({ apiVersion }), kind);
  describe(name, () => {
    // What one kind of a line is read by, the others are as well.
    for (const each of new Set([kind, ...(line?.kinds ?? [])]))
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
}

describe('the lines of data', () => {
  it('have an example of each verdict that they can give', () => {
    const shown = new Map<StatusCriteria, Set<string>>();
    for (const [name, rows] of Object.entries(examples)) {
      const [apiVersion = '', kind = ''] = name.split(' ');
      const line = lineOf(groupOf({ apiVersion }), kind);
      invariant(line, name);
      const statuses = shown.get(line) ?? new Set();
      for (const [, , status] of rows) statuses.add(status);
      shown.set(line, statuses);
    }
    for (const line of tables.filter(({ current }) => current.length > 0)) {
      const needed = [
        'current',
        ...(line.failed || line.degraded || line.reportsError ? ['failed'] : []),
        ...(line.suspended ? ['suspended'] : []),
        ...(line.paused ? ['paused'] : []),
        ...(line.current.every((test) => 'not' in test) ? [] : ['progressing']),
      ];
      const statuses = shown.get(line) ?? new Set();
      const missing = needed.filter((status) => !statuses.has(status));
      expectWithNote(missing, `${line.groups} ${line.kinds}`).toStrictEqual([]);
    }
  });

  it('name no kind twice, and none that code reads', () => {
    const names = tables.flatMap(({ groups, kinds = ['*'] }) =>
      groups.flatMap((group) => kinds.map((kind) => `${kind}.${group}`)),
    );
    expect(new Set(names).size).toBe(names.length);
    expect(ruleFor('argoproj.io', 'Rollout')?.workload === undefined).toBe(false);
  });

  it('take no status of an earlier generation for that of the change', () => {
    let looked = 0;
    for (const [name, rows] of Object.entries(examples)) {
      const [apiVersion = '', kind = ''] = name.split(' ');
      const line = lineOf(groupOf({ apiVersion }), kind);
      const isWaitedFor = line?.runsOnce === undefined && line?.current.some((test) => !('not' in test));
      for (const [what, fields, status] of isWaitedFor ? rows : []) {
        if (status !== 'current') continue;
        const named = { name: 'shop', namespace: 'staging', uid: 'u', generation: 3 };
        const verdict = judgeHealth(object({ ...fields, apiVersion, kind, metadata: named }));
        const isHeld = verdict.status !== 'current' || verdict.assumed === 'generation';
        invariant(isHeld, `${name}: ${what}`);
        looked += 1;
      }
    }
    expectWithNote(looked, `${looked}`).toBeGreaterThan(60);
  });

  it('judge whatever stands in a status, and nothing that is blank as ready', () => {
    const keys = ['conditions', 'phase', 'state', 'instances', 'observedGeneration', 'replicas', 'parents', 'message'];
    const status = fc.oneof(
      fc.constantFrom(null, {}, { conditions: [] }),
      fc.dictionary(fc.constantFrom(...keys), fc.jsonValue()),
    );
    const kinds = tables.flatMap(({ groups, kinds = ['Any'] }) =>
      kinds.map((kind) => ({ group: groups[0] ?? '', kind })),
    );
    const check = fc.property(fc.constantFrom(...kinds), status, ({ group, kind }, status) => {
      const apiVersion = group === '' ? 'v1' : `${group.replace('*.', 'a.')}/v1`;
      const named = { name: 'shop', namespace: 'staging', uid: 'u', generation: 2 };
      const verdict = judgeHealth(object({ apiVersion, kind, metadata: named, status }));
      expect(verdict.message.length).toBeGreaterThan(0);
      const isBlank = Object.values(status ?? {}).every((value) => Array.isArray(value) && value.length === 0);
      const isWaitedFor = lineOf(group, kind)?.current.some((test) => !('not' in test)) ?? false;
      if (isBlank && isWaitedFor) expect(verdict.status).toBe('progressing');
    });
    fc.assert(check, { seed: 5, numRuns: 3000 });
  });

  it('take kinds that nobody writes a status for as in place once they exist', () => {
    for (const { groups, kinds = ['Any'] } of tables.filter(({ current }) => current.length === 0))
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
