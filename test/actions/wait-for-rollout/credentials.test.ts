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

it('hides the credentials of a pod log in everything that the action writes', async () => {
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

it('hides the credentials of a status message in everything that the action writes', async () => {
  const [before, commit] = ['1'.repeat(40), '2'.repeat(40)];
  harness.argoCd.sync('shop', before, [deployment({ image: V1 })]);
  await harness.pass(30_000);
  harness.after(5000, () =>
    harness.argoCd.failSync('shop', commit, 'git fetch https://ada:hunter2@git.example/acme/gitops: refused'),
  );
  const result = await harness.wait({ resources: 'argocd/application/shop', revision: commit });
  expect(result.outputs['reason']).toBe('sync-failed');
  const written = [...result.log, result.error, result.summary, ...Object.values(result.outputs)].join('\n');
  expectWithNote(written, written).not.toContain('hunter2');
  expect(result.error).toContain('git fetch https://ada:***@git.example/acme/gitops: refused');
});
