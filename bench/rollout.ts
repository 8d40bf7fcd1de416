import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../src/core/clock.ts';
import { listAt, numberAt } from '../src/json/json.ts';
import { deployment, digestOf, REPOSITORY } from '../test/actions/wait-for-rollout/workloads.ts';
import { startControllers } from '../test/fakes/kubernetes/controllers/controllers.ts';
import { kinds } from '../test/fakes/kubernetes/controllers/simulated-cluster.ts';
import { FakeKubernetes } from '../test/fakes/kubernetes/server.ts';
import { benchFleet } from './fleet.ts';
import { median } from './measure.ts';
import type { Outcome, Row } from './outcome.ts';
import { kubeconfigIn, kubectl, ours, takeRequests, type Waiting, waitBy, writeKubeconfig } from './waiting.ts';

const ROUNDS = 5;
/** A Deployment's own default is 600 s, which nobody wants to wait for here. */
const DEADLINE_SECONDS = 30;
const MOST_TIMES_KUBECTL = 1;
const LONGEST_AFTER = 500;

/**
 * Waiting for one rollout beside `kubectl rollout status`: both at once, on the same rollout, against one API server with controllers (the
 * double of the tests); then for 500 of them at once.
 */
export async function benchRollout(): Promise<Outcome> {
  if (spawnSync('kubectl', ['version', '--client']).status !== 0)
    throw new Error('kubectl is not on this machine: there is nothing to compare with.');
  const folder = mkdtempSync(join(tmpdir(), 'bench-rollout-'));
  try {
    return {
      title: `Waiting for a rollout (medians of ${ROUNDS} rollouts, each waited for by both at once)`,
      rows: [...(await single(folder)), ...(await benchFleet(folder))],
      notes: [
        'The API server, its controllers and nodes are those of the tests; kubectl starts without a cache, as in a job.',
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function single(folder: string): Promise<readonly Row[]> {
  const double = await FakeKubernetes.start();
  const good = { kind: 'serves', digest: digestOf('1'), readyAfterMs: 1000 } as const;
  const controllers = startControllers({
    store: double.store,
    clock: systemClock,
    images: (reference) => (reference.includes('missing') ? undefined : good),
    pullMs: 300,
  });
  try {
    writeKubeconfig(folder, double);
    const rounds = [];
    for (let round = 0; round <= ROUNDS; round += 1) rounds.push(await healthy(double, folder, round));
    const failing = await broken(double, folder);
    return [...healthyRows(rounds.slice(1)), ...failing];
  } finally {
    await controllers.stop();
    await double.stop();
  }
}

interface Round {
  readonly ours: Waiting;
  readonly kubectl: Waiting;
  readonly began: number;
  /** When the API showed that the rollout was through. */
  readonly through: number;
  readonly requests: ReturnType<typeof takeRequests>;
}

async function healthy(double: FakeKubernetes, folder: string, round: number): Promise<Round> {
  double.apply(deployment({ image: `${REPOSITORY}:v${round}` }));
  takeRequests(double);
  const began = performance.now();
  let through = Number.NaN;
  const stop = double.store.onChange(({ key, object }) => {
    if (key.endsWith('/deployments') && Number.isNaN(through) && isThrough(object)) through = performance.now();
  });
  const both = await waitByBoth(folder, 'shop', /successfully rolled out/, /✓ 1 of 1 current/);
  stop();
  for (const [name, { exitCode, output }] of Object.entries(both))
    if (exitCode !== 0) throw new Error(`${name} did not see the rollout:\n${output}`);
  await quiet(double);
  return { ...both, began, through, requests: takeRequests(double) };
}

function isThrough(object: unknown): boolean {
  const observed = numberAt(object, 'status', 'observedGeneration') === numberAt(object, 'metadata', 'generation');
  const counts = ['replicas', 'updatedReplicas', 'availableReplicas'].map((name) => numberAt(object, 'status', name));
  return observed && counts.every((count) => count === 3);
}

/** Until the last pods of a round are gone. */
async function quiet({ store }: FakeKubernetes): Promise<void> {
  while (store.list(kinds.pods).length !== 3 || store.list(kinds.pods).some(isEnding)) await delay(50);
}

function isEnding(pod: unknown): boolean {
  return listAt(pod, 'status', 'conditions').length === 0;
}

async function waitByBoth(folder: string, name: string, kubectlSays: RegExp, oursSays: RegExp) {
  const inputs = { kubeconfig: kubeconfigIn(folder), resources: `deployment/${name}` };
  const [own, peer] = await Promise.all([
    waitBy(ours(folder, inputs, oursSays)),
    waitBy(kubectl(folder, ['rollout', 'status', `deployment/${name}`], kubectlSays)),
  ]);
  return { ours: own, kubectl: peer };
}

function healthyRows(rounds: readonly Round[]): readonly Row[] {
  const time = (of: (round: Round) => number) => median(rounds.map(of));
  const [own, peer] = [
    time((round) => round.ours.verdictAt - round.began),
    time((round) => round.kubectl.verdictAt - round.began),
  ];
  const after = time((round) => round.ours.verdictAt - round.through);
  const peerAfter = time((round) => round.kubectl.verdictAt - round.through);
  const [requests, peerRequests] = [time((round) => round.requests.ours), time((round) => round.requests.kubectl)];
  return [
    compared(
      'time to the verdict, rollout that succeeds',
      `${own.toFixed(0)} ms, kubectl ${peer.toFixed(0)} ms`,
      own / peer,
    ),
    {
      what: 'verdict after the API shows the last change',
      figure: `${after.toFixed(0)} ms, kubectl ${peerAfter.toFixed(0)} ms`,
      ratio: '',
      target: `≤ ${LONGEST_AFTER} ms`,
      met: after <= LONGEST_AFTER,
    },
    compared('API requests, rollout that succeeds', `${requests}, kubectl ${peerRequests}`, requests / peerRequests),
  ];
}

async function broken(double: FakeKubernetes, folder: string): Promise<readonly Row[]> {
  const spec = { progressDeadlineSeconds: DEADLINE_SECONDS };
  double.apply(deployment({ name: 'broken', image: '127.0.0.1:9/acme/missing:1', spec }));
  takeRequests(double);
  const began = performance.now();
  const both = await waitByBoth(
    folder,
    'broken',
    /exceeded its progress deadline/,
    /become ready: its image does not exist/,
  );
  const [own, peer] = [both.ours.verdictAt - began, both.kubectl.verdictAt - began];
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  const figure = `${seconds(own)}, kubectl ${seconds(peer)} (progressDeadlineSeconds ${DEADLINE_SECONDS}; the default is 600)`;
  return [compared('time to the verdict, image that does not exist', figure, own / peer)];
}

/** A ratio to kubectl; half a percent is what two processes that see the same event differ by. */
export function compared(what: string, figure: string, ratio: number): Row {
  const met = ratio <= MOST_TIMES_KUBECTL + 0.005;
  return { what, figure, ratio: `${ratio.toFixed(2)} ×`, target: `≤ ${MOST_TIMES_KUBECTL.toFixed(1)} ×`, met };
}
