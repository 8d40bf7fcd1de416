import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { argoCdDeviations, type HealthCheckDeviation } from '../../scripts/generate/readiness/argo-cd-deviations.ts';
import { at, isObject, listAt, stringAt } from '../../src/json/json.ts';
import { judgeHealth } from '../../src/kubernetes/health/health.ts';
import { groupOf, readObject } from '../../src/kubernetes/objects/object.ts';
import { cluster } from './tools/modules.ts';
import { moduleFolder } from './tools/toolbox.ts';

const folder = join(moduleFolder(cluster, 'github.com/argoproj/argo-cd/v3'), 'resource_customizations');

/** Our verdicts that mean the same as a health status of Argo CD. Unknown and Missing only mean: not Healthy. */
const EQUIVALENTS: Readonly<Record<string, readonly string[]>> = {
  Healthy: ['current'],
  Degraded: ['failed'],
  Progressing: ['progressing'],
  Suspended: ['suspended', 'paused'],
  Unknown: ['progressing', 'failed', 'suspended', 'paused'],
  Missing: ['progressing', 'failed', 'suspended', 'paused'],
};

interface Case {
  readonly file: string;
  readonly kind: string;
  readonly group: string;
  readonly argoCd: string;
  readonly ours: string;
}

/** Every example with which Argo CD tests its health checks, as `health_test.yaml` lists it, with our verdict. */
function readCases(): readonly Case[] {
  const lists = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('health_test.yaml'),
  );
  return lists.flatMap((list) =>
    listAt(parse(readFileSync(join(folder, list), 'utf8')), 'tests').flatMap((example) => {
      // Go reads field names in any case.
      const file = join(dirname(list), stringAt(example, 'inputPath') ?? stringAt(example, 'inputpath') ?? '');
      const value: unknown = parse(readFileSync(join(folder, file), 'utf8'), { logLevel: 'silent' });
      // Some examples leave out the name.
      const metadata = {
        name: 'example',
        ...(isObject(value) && isObject(value['metadata']) ? value['metadata'] : {}),
      };
      const object = isObject(value) ? readObject({ ...value, metadata }) : undefined;
      if (object === undefined) throw new Error(`${file} is no object`);
      const argoCd = String(at(example, 'healthStatus', 'status'));
      return [{ file, kind: object.kind, group: groupOf(object), argoCd, ours: judgeHealth(object).status }];
    }),
  );
}

const isAbout = ({ kinds }: HealthCheckDeviation, { kind, group }: Case) =>
  kinds.some((each) => {
    const [ofKind, rest] = [each.slice(0, each.indexOf('.')), each.slice(each.indexOf('.') + 1)];
    const isOfGroup = rest.startsWith('*.') ? group.endsWith(rest.slice(1)) : group === rest;
    return isOfGroup && (ofKind === '*' || ofKind === kind);
  });

const explains = (deviation: HealthCheckDeviation, each: Case) =>
  isAbout(deviation, each) && deviation.ours === each.ours && deviation.argoCd.some((status) => status === each.argoCd);

const cases = readCases();
const differing = cases.filter(({ argoCd, ours }) => !EQUIVALENTS[argoCd]?.includes(ours));

test('each kind for which Argo CD ships a health check is judged alike, or docs/readiness.md says why not', () => {
  expect(cases.length).toBeGreaterThan(900);
  const unexplained = differing.filter((each) => !argoCdDeviations.some((deviation) => explains(deviation, each)));
  expect(unexplained).toStrictEqual([]);
});

test('nothing that Argo CD does not call Healthy is current without a reason that is given', () => {
  const current = differing.filter(({ ours }) => ours === 'current');
  expect(current.length).toBeLessThan(20);
});

test('no deviation is listed that does not exist anymore', () => {
  // Other versions of Argo CD have other kinds and examples.
  const known = argoCdDeviations.filter(
    (deviation) => deviation.versions === undefined && cases.some((each) => isAbout(deviation, each)),
  );
  const unused = known.filter((deviation) => !differing.some((each) => explains(deviation, each)));
  expect(unused).toStrictEqual([]);
});
