import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { deployment, digestOf, REPOSITORY } from '../../fakes/kubernetes/workloads.ts';
import { expectWithNote } from '../../jest-support.ts';
import { ClusterHarness } from './harness.ts';

/** What a crashing pod prints of credentials reaches nothing that the action writes. */

const [V1, V2] = [`${REPOSITORY}:v1`, `${REPOSITORY}:v2`];
const key = ['-----BEGIN RSA PRIVATE KEY-----', 'aB3d'.repeat(16), 'gH9k'.repeat(16), '-----END RSA PRIVATE KEY-----'];
const token = `ghp_${'aB3d'.repeat(9)}`;
const hidden = ['hunter2', token, 'AKIAIOSFODNN7EXAMPLE', key[1] ?? '', key[2] ?? '', 's3cr3t-s3cr3t'];

let harness: ClusterHarness;
beforeEach(async () => {
  harness = await ClusterHarness.open();
  harness.images[V1] = { kind: 'serves', digest: digestOf('1') };
});
afterEach(() => harness.close());

it('hides credentials of logs, termination messages and events in every output of the action', async () => {
  harness.apply(deployment({ image: V1 }));
  await harness.pass(30_000);
  harness.images[V2] = {
    kind: 'ends',
    digest: digestOf('2'),
    exitCode: 1,
    log: [
      'connect postgres://shop:hunter2@db:5432/shop',
      `GITHUB_TOKEN=${token}`,
      'AKIAIOSFODNN7EXAMPLE',
      ...key,
      '{"password":"s3cr3t-s3cr3t"}',
      'panic: no database',
      '',
    ].join('\n'),
  };
  harness.apply(deployment({ image: V2 }));
  const result = await harness.wait({ resources: 'deployment/shop' });
  expect(result.exitCode).toBe(1);
  const written = [...result.log, result.error, result.summary, ...Object.values(result.outputs)].join('\n');
  for (const secret of hidden) expectWithNote(written, secret).not.toContain(secret);
  for (const place of [result.log.join('\n'), result.summary, result.outputs['resources'] ?? '', result.error])
    expectWithNote(place, place).toContain('panic: no database');
  expect(result.summary).toContain('connect postgres://shop:***@db:5432/shop');
});
