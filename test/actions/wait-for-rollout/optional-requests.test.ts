import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deployment, digestOf, REPOSITORY } from '../../fakes/kubernetes/workloads.ts';
import { expectWithNote } from '../../jest-support.ts';
import { ClusterHarness } from './harness.ts';

const V2 = `${REPOSITORY}:v2`;
const NEW = digestOf('2');
let harness: ClusterHarness;
beforeEach(async () => {
  harness = await ClusterHarness.open();
  harness.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: digestOf('1') };
  harness.apply(deployment());
  await harness.pass(5000);
  harness.apply(deployment({ image: V2 }));
});
afterEach(() => harness.close());

describe('wait-for-rollout, faults of requests that the wait can do without', () => {
  const crashing = { kind: 'ends', digest: NEW, exitCode: 3, log: 'no DATABASE_URL\n' } as const;
  const requestFaults = [
    ['is refused', { kind: 'status', status: 500 }],
    ['is interrupted', { kind: 'reset' }],
    ['is truncated', { kind: 'truncated', bytes: 3 }],
  ] as const;

  it.each(requestFaults)('fails with the same cause and outputs if the container log %s', async (_name, fault) => {
    harness.images[V2] = crashing;
    harness.kubernetes.faults.inject(/^GET .*\/log\?/, fault, 100);
    const { outputs, error, summary, elapsed } = await harness.wait({ resources: 'deployment/shop' });
    expectWithNote([outputs['result'], outputs['reason']], error).toStrictEqual(['failed', 'crash-loop']);
    expect(error).toMatch(/Error {2}exit code 3/);
    expect(summary).toMatch(/✗ failed/);
    expectWithNote(elapsed, `${elapsed}`).toBeLessThan(25_000);
  });

  it.each(requestFaults)('waits all the same, and logs it, if the access review %s', async (_name, fault) => {
    harness.images[V2] = { kind: 'serves', digest: NEW, readyAfterMs: 2000 };
    harness.kubernetes.faults.inject(/^POST .*selfsubject.*reviews/, fault, 1000);
    const { exitCode, error, log, elapsed } = await harness.wait({ resources: 'deployment/shop' });
    expectWithNote(exitCode, error).toBe(0);
    expectWithNote(
      log.some((line) => line.includes('The permissions of the account could not be checked')),
      log.join('\n'),
    ).toBeTruthy();
    expectWithNote(elapsed, `${elapsed}`).toBeLessThan(25_000);
  });

  it('warns, with what to do, if the registry does not answer for the platforms of an index', async () => {
    harness.images[V2] = { kind: 'serves', digest: NEW };
    const image = `${REPOSITORY}@${digestOf('3')}`;
    const { outputs, log } = await harness.wait({ resources: 'deployment/shop', image, timeout: '1m' });
    expect(outputs['result']).toBe('timeout');
    expect(log.join('\n')).toMatch(
      /::warning .*Can't read the platforms of 127\.0\.0\.1:9\/acme\/shop@sha256:3{64}, so only its own digest is accepted: .* Check that the runner may reach the registry\. If the registry has no TLS, add it to `insecure-registries`/,
    );
  });

  it('warns, with the host to allow, if the registry names a token server without TLS elsewhere', async () => {
    const { index } = harness.pushIndex();
    const headers = { 'www-authenticate': 'Bearer realm="http://auth.example:5001/token"' };
    harness.registry.faults.inject(/manifests/, { kind: 'status', status: 401, headers }, 1000);
    const image = `${harness.repository}@${index}`;
    harness.images[image] = { kind: 'serves', digest: NEW };
    harness.apply(deployment({ image }));
    const { log } = await harness.wait({ resources: 'deployment/shop', image, timeout: '1m' });
    expect(log.join('\n')).toMatch(
      /names the token server http:\/\/auth\.example:5001, which does not speak TLS\. .* add auth\.example:5001 to `insecure-registries`/,
    );
  });

  it('names what it may not list even if the access review fails', async () => {
    harness.kubernetes.deny({ resource: 'pods' });
    harness.kubernetes.faults.inject(/^POST .*selfsubject.*reviews/, { kind: 'status', status: 500 }, 1000);
    const { outputs, error } = await harness.wait({ resources: 'deployment/shop' });
    expect(outputs['status']).toBe('failure');
    expect(error).toMatch(/The account lacks permissions in context .*pods/);
  });
});
