import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { notFound } from '../../doubles/kubernetes/controllers/images.ts';
import { Stage } from './stage.ts';
import { deployment, digestOf, REPOSITORY, statefulSet } from './workloads.ts';

const V2 = `${REPOSITORY}:v2`;
const NEW = digestOf('2');

/** What goes wrong between the action and the API server, from the moment on at which it waits. */
const faults: Readonly<Record<string, (stage: Stage) => void>> = {
  'watches that are cut every second': (stage) => {
    for (let second = 1; second < 60; second += 1) stage.after(second * 1000, () => stage.double.cutWatches());
  },
  'watches that are cut within a line': (stage) => {
    for (let second = 1; second < 60; second += 3)
      stage.after(second * 1000, () => stage.double.cutWatches({ after: '{"type":"MODIF' }));
  },
  'versions that are too old for every new watch': (stage) => {
    for (let second = 1; second < 60; second += 2)
      stage.after(second * 1000, () => {
        stage.double.compact();
        stage.double.cutWatches();
      });
  },
  'a storm of 429': (stage) => {
    const body = JSON.stringify({ kind: 'Status', status: 'Failure', reason: 'TooManyRequests', code: 429 });
    stage.after(1000, () => {
      const fault = { kind: 'status', status: 429, headers: { 'retry-after': '1' }, body } as const;
      stage.double.faults.inject(/^GET/, fault, 20);
      stage.double.cutWatches();
    });
  },
  'a server that restarts': (stage) => {
    stage.after(1000, () => stage.double.stop());
    stage.after(9000, () => stage.double.restart());
  },
  'answers that are cut short': (stage) => {
    stage.after(1000, () => {
      stage.double.faults.inject(/^GET/, { kind: 'truncated', bytes: 100 }, 6);
      stage.double.cutWatches();
    });
  },
  'watches without bookmarks, and versions that are forgotten': (stage) => {
    stage.double.bookmarks = false;
    for (let second = 2; second < 60; second += 4)
      stage.after(second * 1000, () => {
        stage.double.compact();
        stage.double.cutWatches();
      });
  },
  'a server that dies and comes back again and again': (stage) => {
    for (let second = 1; second < 40; second += 8) {
      stage.after(second * 1000, () => stage.double.stop());
      stage.after(second * 1000 + 1500, () => stage.double.restart());
    }
  },
  'a cluster whose clock is an hour behind': (stage) => {
    stage.runnerIsAheadBy = 3_600_000;
  },
  'a cluster whose clock is an hour ahead': (stage) => {
    stage.runnerIsAheadBy = -3_600_000;
  },
  'connections that are reset': (stage) => {
    stage.after(1000, () => {
      stage.double.faults.inject(/^GET/, { kind: 'reset' }, 8);
      stage.double.cutWatches();
    });
  },
};

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
  stage.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: digestOf('1') };
  stage.apply(deployment());
  await stage.pass(5000);
  stage.apply(deployment({ image: V2 }));
});
afterEach(() => stage.close());

describe('wait-for-rollout, while the API server is in trouble', () => {
  for (const [name, inject] of Object.entries(faults)) {
    it(`sees a release become ready through ${name}`, async () => {
      stage.images[V2] = { kind: 'serves', digest: NEW, readyAfterMs: 5000 };
      inject(stage);
      const { exitCode, error, elapsed } = await stage.wait({
        resources: 'deployment/shop',
        image: `${REPOSITORY}@${NEW}`,
      });
      assert.equal(exitCode, 0, error);
      assert.ok(elapsed < 40_000, `${elapsed}`);
    });

    it(`sees a release fail through ${name}`, async () => {
      stage.images[V2] = notFound(V2);
      inject(stage);
      const { outputs, error, elapsed } = await stage.wait({ resources: 'deployment/shop' });
      assert.equal(outputs['reason'], 'image-not-found', error);
      assert.ok(elapsed < 40_000, `${elapsed}`);
    });
  }

  it('does not call stable what it does not see any more', async () => {
    stage.images[V2] = { kind: 'serves', digest: NEW };
    await stage.pass(10_000);
    stage.after(5000, () => {
      stage.double.faults.inject(/^GET/, { kind: 'reset' }, 1000);
      stage.double.cutWatches();
    });
    stage.after(6000, () => stage.apply(deployment({ image: 'nowhere:1' })));
    const inputs = { resources: 'deployment/shop', 'stable-for': '30s', timeout: '1m' };
    const { outputs, error, elapsed } = await stage.wait(inputs);
    assert.equal(outputs['result'], 'timeout');
    assert.match(error, /were current when they were last seen, but .* the cluster could not be asked/);
    assert.equal(elapsed, 60_000);
  });

  it('gives up where the token is taken away, and says why', async () => {
    await stage.close();
    stage = await Stage.open({ token: 'first' });
    stage.images[V2] = { kind: 'serves', digest: NEW, readyAfterMs: 60_000 };
    stage.apply(deployment({ image: V2 }));
    stage.after(5000, () => {
      stage.double.token = 'second';
      stage.double.cutWatches();
    });
    const { outputs, error, elapsed } = await stage.wait({ resources: 'deployment/shop' });
    assert.equal(outputs['status'], 'failure');
    assert.match(error, /does not accept the credentials/);
    assert.ok(elapsed < 30_000, `${elapsed}`);
  });

  it('says that it tries where nobody answers, and gives up with its time', async () => {
    await stage.double.stop();
    const { outputs, error, log, elapsed } = await stage.wait({ resources: 'deployment/shop', timeout: '5s' });
    assert.match(
      error,
      /^The API server 127\.0\.0\.1:\d+ \(context double\) has not answered within 5\.0 s: .*ECONNREFUSED.*\n→ Check the server address/,
    );
    assert.equal(outputs['status'], 'failure');
    assert.equal(elapsed, 5000);
    const said = log.filter((line) => /The API server .* is in trouble .*: trying again in /.test(line));
    assert.equal(said.length, 1, log.join('\n'));
    await stage.double.restart();
  });

  it('waits for a server that comes back before its time is over', async () => {
    stage.images[V2] = { kind: 'serves', digest: NEW, readyAfterMs: 1000 };
    await stage.double.stop();
    stage.after(4000, () => stage.double.restart());
    const { exitCode, error } = await stage.wait({ resources: 'deployment/shop', timeout: '1m' });
    assert.equal(exitCode, 0, error);
  });

  for (const ahead of [3_600_000, -3_600_000])
    it(`believes events by the clock of the cluster, where that of the runner is an hour ${ahead > 0 ? 'ahead' : 'behind'}`, async () => {
      await stage.close();
      const refusal = 'admission webhook "policy.example" denied the request: images must be pinned';
      let refused = '';
      stage = await Stage.open({ admit: () => refused || undefined });
      stage.runnerIsAheadBy = ahead;
      stage.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: digestOf('1') };
      refused = 'exceeded quota: compute, requested: pods=1, used: pods=3, limited: pods=3';
      stage.apply(statefulSet({ image: V2 }));
      await stage.pass(600_000);
      refused = refusal;
      const { outputs, error } = await stage.wait({ resources: 'sts/db' });
      assert.equal(outputs['reason'], 'admission-denied', error);
    });

  it('sends few requests while nothing happens', async () => {
    stage.images[V2] = { kind: 'serves', digest: NEW, readyAfterMs: 280_000 };
    stage.apply(deployment({ image: V2, spec: { replicas: 1 } }));
    const { exitCode, error } = await stage.wait({ resources: 'deployment/shop' });
    assert.equal(exitCode, 0, error);
    assert.ok(stage.double.requests.length < 60, `${stage.double.requests.length} requests`);
  });
});

describe('wait-for-rollout, where only what stands beside the verdict can not be read', () => {
  const crashing = { kind: 'ends', digest: NEW, exitCode: 3, log: 'no DATABASE_URL\n' } as const;
  const troubles = {
    'is refused': { kind: 'status', status: 500 },
    'breaks off': { kind: 'reset' },
    'is cut short': { kind: 'truncated', bytes: 3 },
  } as const;
  for (const [name, fault] of Object.entries(troubles)) {
    it(`keeps its verdict and outputs where the log of the container ${name}`, async () => {
      stage.images[V2] = crashing;
      stage.double.faults.inject(/^GET .*\/log\?/, fault, 100);
      const { outputs, error, summary, elapsed } = await stage.wait({ resources: 'deployment/shop' });
      assert.deepEqual([outputs['result'], outputs['reason']], ['failed', 'crash-loop'], error);
      assert.match(error, /Error {2}exit code 3/);
      assert.match(summary, /✗ failed/);
      assert.ok(elapsed < 25_000, `${elapsed}`);
    });

    it(`waits all the same where the review of its rights ${name}, and says so`, async () => {
      stage.images[V2] = { kind: 'serves', digest: NEW, readyAfterMs: 2000 };
      stage.double.faults.inject(/^POST .*selfsubject.*reviews/, fault, 1000);
      const { exitCode, error, log, elapsed } = await stage.wait({ resources: 'deployment/shop' });
      assert.equal(exitCode, 0, error);
      assert.ok(
        log.some((line) => line.includes('Whether the account has the rights that it needs is not known')),
        log.join('\n'),
      );
      assert.ok(elapsed < 25_000, `${elapsed}`);
    });
  }

  it('says what it may not list also where the review of its rights fails', async () => {
    stage.double.deny({ resource: 'pods' });
    stage.double.faults.inject(/^POST .*selfsubject.*reviews/, { kind: 'status', status: 500 }, 1000);
    const { outputs, error } = await stage.wait({ resources: 'deployment/shop' });
    assert.equal(outputs['status'], 'failure');
    assert.match(error, /The account lacks rights in context .*pods/);
  });
});
