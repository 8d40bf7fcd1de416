import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { notFound } from '../../fakes/kubernetes/controllers/images.ts';
import { deployment, digestOf, REPOSITORY, statefulSet } from '../../fakes/kubernetes/workloads.ts';
import { expectWithNote } from '../../jest-support.ts';
import { ClusterHarness } from './harness.ts';

const V2 = `${REPOSITORY}:v2`;
const NEW = digestOf('2');

/** Faults between the action and the API server during the wait. */
const faults: Readonly<Record<string, (harness: ClusterHarness) => void>> = {
  'watches that break every second': (harness) => {
    for (let second = 1; second < 60; second += 1) harness.after(second * 1000, () => harness.kubernetes.cutWatches());
  },
  'watches that break within a line': (harness) => {
    for (let second = 1; second < 60; second += 3)
      harness.after(second * 1000, () => harness.kubernetes.cutWatches({ after: '{"type":"MODIF' }));
  },
  'resource versions that are too old for every new watch': (harness) => {
    for (let second = 1; second < 60; second += 2)
      harness.after(second * 1000, () => {
        harness.kubernetes.compact();
        harness.kubernetes.cutWatches();
      });
  },
  'many 429 responses': (harness) => {
    const body = JSON.stringify({ kind: 'Status', status: 'Failure', reason: 'TooManyRequests', code: 429 });
    harness.after(1000, () => {
      const fault = { kind: 'status', status: 429, headers: { 'retry-after': '1' }, body } as const;
      harness.kubernetes.faults.inject(/^GET/, fault, 20);
      harness.kubernetes.cutWatches();
    });
  },
  'a server that restarts': (harness) => {
    harness.after(1000, () => harness.kubernetes.stop());
    harness.after(9000, () => harness.kubernetes.restart());
  },
  'truncated responses': (harness) => {
    harness.after(1000, () => {
      harness.kubernetes.faults.inject(/^GET/, { kind: 'truncated', bytes: 100 }, 6);
      harness.kubernetes.cutWatches();
    });
  },
  'watches without bookmarks and compacted resource versions': (harness) => {
    harness.kubernetes.bookmarks = false;
    for (let second = 2; second < 60; second += 4)
      harness.after(second * 1000, () => {
        harness.kubernetes.compact();
        harness.kubernetes.cutWatches();
      });
  },
  'a server that restarts again and again': (harness) => {
    for (let second = 1; second < 40; second += 8) {
      harness.after(second * 1000, () => harness.kubernetes.stop());
      harness.after(second * 1000 + 1500, () => harness.kubernetes.restart());
    }
  },
  'a cluster whose clock is an hour behind': (harness) => {
    harness.runnerIsAheadBy = 3_600_000;
  },
  'a cluster whose clock is an hour ahead': (harness) => {
    harness.runnerIsAheadBy = -3_600_000;
  },
  'reset connections': (harness) => {
    harness.after(1000, () => {
      harness.kubernetes.faults.inject(/^GET/, { kind: 'reset' }, 8);
      harness.kubernetes.cutWatches();
    });
  },
};

let harness: ClusterHarness;
beforeEach(async () => {
  harness = await ClusterHarness.open();
  harness.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: digestOf('1') };
  harness.apply(deployment());
  await harness.pass(5000);
  harness.apply(deployment({ image: V2 }));
});
afterEach(() => harness.close());

describe('wait-for-rollout, faults of the API server', () => {
  it.each(Object.entries(faults))('reports a ready release in spite of %s', async (_name, inject) => {
    harness.images[V2] = { kind: 'serves', digest: NEW, readyAfterMs: 5000 };
    inject(harness);
    const { exitCode, error, elapsed } = await harness.wait({
      resources: 'deployment/shop',
      image: `${REPOSITORY}@${NEW}`,
    });
    expectWithNote(exitCode, error).toBe(0);
    expectWithNote(elapsed, `${elapsed}`).toBeLessThan(40_000);
  });

  it.each(Object.entries(faults))('reports a failed release in spite of %s', async (_name, inject) => {
    harness.images[V2] = notFound(V2);
    inject(harness);
    const { outputs, error, elapsed } = await harness.wait({ resources: 'deployment/shop' });
    expectWithNote(outputs['reason'], error).toBe('image-not-found');
    expectWithNote(elapsed, `${elapsed}`).toBeLessThan(40_000);
  });

  it('does not count time without an answer from the cluster as stable', async () => {
    harness.images[V2] = { kind: 'serves', digest: NEW };
    await harness.pass(10_000);
    harness.after(5000, () => {
      harness.kubernetes.faults.inject(/^GET/, { kind: 'reset' }, 1000);
      harness.kubernetes.cutWatches();
    });
    harness.after(6000, () => harness.apply(deployment({ image: 'nowhere:1' })));
    const inputs = { resources: 'deployment/shop', 'stable-for': '30s', timeout: '1m' };
    const { outputs, error, elapsed } = await harness.wait(inputs);
    expect(outputs['result']).toBe('timeout');
    expect(error).toMatch(/were current when last seen, but .* the cluster could not be asked/);
    expect(elapsed).toBe(60_000);
  });

  it('fails with the cause if the token is revoked during the wait', async () => {
    await harness.close();
    harness = await ClusterHarness.open({ token: 'first' });
    harness.images[V2] = { kind: 'serves', digest: NEW, readyAfterMs: 60_000 };
    harness.apply(deployment({ image: V2 }));
    harness.after(5000, () => {
      harness.kubernetes.token = 'second';
      harness.kubernetes.cutWatches();
    });
    const { outputs, error, elapsed } = await harness.wait({ resources: 'deployment/shop' });
    expect(outputs['status']).toBe('failure');
    expect(error).toMatch(/does not accept the credentials/);
    expectWithNote(elapsed, `${elapsed}`).toBeLessThan(30_000);
  });

  it('logs that it tries again while nobody answers, and fails at the timeout', async () => {
    await harness.kubernetes.stop();
    const { outputs, error, log, elapsed } = await harness.wait({ resources: 'deployment/shop', timeout: '5s' });
    expect(error).toMatch(
      /^The API server 127\.0\.0\.1:\d+ \(context double\) has not answered within 5\.0 s: .*ECONNREFUSED.*\n→ Check the server address/,
    );
    expect(outputs['status']).toBe('failure');
    expect(elapsed).toBe(5000);
    const said = log.filter((line) => /A request to the API server .* failed .*: trying again in /.test(line));
    expectWithNote(said.length, log.join('\n')).toBe(1);
    await harness.kubernetes.restart();
  });

  it('waits for a server that comes back before the timeout', async () => {
    harness.images[V2] = { kind: 'serves', digest: NEW, readyAfterMs: 1000 };
    await harness.kubernetes.stop();
    harness.after(4000, () => harness.kubernetes.restart());
    const { exitCode, error } = await harness.wait({ resources: 'deployment/shop', timeout: '1m' });
    expectWithNote(exitCode, error).toBe(0);
  });

  it.each([
    ['ahead', 3_600_000],
    ['behind', -3_600_000],
  ] as const)(
    'dates events by the clock of the cluster if that of the runner is an hour %s',
    async (_direction, ahead) => {
      await harness.close();
      const refusal = 'admission webhook "policy.example" denied the request: images must be pinned';
      let refused = '';
      harness = await ClusterHarness.open({ admit: () => refused || undefined });
      harness.runnerIsAheadBy = ahead;
      harness.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: digestOf('1') };
      refused = 'exceeded quota: compute, requested: pods=1, used: pods=3, limited: pods=3';
      harness.apply(statefulSet({ image: V2 }));
      await harness.pass(600_000);
      refused = refusal;
      const { outputs, error } = await harness.wait({ resources: 'sts/db' });
      expectWithNote(outputs['reason'], error).toBe('admission-denied');
    },
  );

  it('sends few requests while nothing happens', async () => {
    harness.images[V2] = { kind: 'serves', digest: NEW, readyAfterMs: 280_000 };
    harness.apply(deployment({ image: V2, spec: { replicas: 1 } }));
    const { exitCode, error } = await harness.wait({ resources: 'deployment/shop' });
    expectWithNote(exitCode, error).toBe(0);
    expectWithNote(harness.kubernetes.requests.length, `${harness.kubernetes.requests.length} requests`).toBeLessThan(
      60,
    );
  });
});
