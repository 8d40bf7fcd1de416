import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../../src/core/clock.ts';
import { listAt, numberAt } from '../../src/json/json.ts';
import { startControllers } from '../../test/fakes/kubernetes/controllers/controllers.ts';
import { kinds } from '../../test/fakes/kubernetes/controllers/simulated-cluster.ts';
import { FakeKubernetes } from '../../test/fakes/kubernetes/server.ts';
import { deployment, digestOf, REPOSITORY } from '../../test/fakes/kubernetes/workloads.ts';
import { median } from '../measure.ts';
import type { Outcome, Row } from '../outcome.ts';
import { benchFleet } from './fleet.ts';
import {
  kubeconfigIn,
  kubectlRolloutStatus,
  runWait,
  takeRequests,
  type WaitResult,
  waitForRollout,
  writeKubeconfig,
} from './wait.ts';

const ROUNDS = 5;
/** Shorter than the default of 600 s, so that the bench doesn't take that long. */
const DEADLINE_SECONDS = 30;
const MAX_KUBECTL_RATIO = 1;
const MAX_DELAY = 500;

/**
 * Waits for a rollout with wait-for-rollout and with `kubectl rollout status` at the same time, on the fake API server with controllers; then
 * for 500 rollouts at once.
 */
export async function benchRollout(): Promise<Outcome> {
  if (spawnSync('kubectl', ['version', '--client']).status !== 0)
    throw new Error('kubectl is not installed, so there is nothing to compare with.');
  const folder = mkdtempSync(join(tmpdir(), 'bench-rollout-'));
  try {
    return {
      title: `Waiting for a rollout (medians of ${ROUNDS} rollouts, watched by both at the same time)`,
      rows: [...(await single(folder)), ...(await benchFleet(folder))],
      notes: [
        'The API server, its controllers and nodes are the fakes of the tests. kubectl starts without a cache, as in a job.',
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function single(folder: string): Promise<readonly Row[]> {
  const kubernetes = await FakeKubernetes.start();
  const good = { kind: 'serves', digest: digestOf('1'), readyAfterMs: 1000 } as const;
  const controllers = startControllers({
    store: kubernetes.store,
    clock: systemClock,
    images: (reference) => (reference.includes('missing') ? undefined : good),
    pullMs: 300,
  });
  try {
    writeKubeconfig(folder, kubernetes);
    const rounds = [];
    for (let round = 0; round <= ROUNDS; round += 1) rounds.push(await succeedingRollout(kubernetes, folder, round));
    const failing = await failingRollout(kubernetes, folder);
    return [...healthyRows(rounds.slice(1)), ...failing];
  } finally {
    await controllers.stop();
    await kubernetes.stop();
  }
}

interface Round {
  readonly ours: WaitResult;
  readonly kubectl: WaitResult;
  readonly startedAt: number;
  /** When the API showed that the rollout was complete. */
  readonly completedAt: number;
  readonly requests: ReturnType<typeof takeRequests>;
}

async function succeedingRollout(kubernetes: FakeKubernetes, folder: string, round: number): Promise<Round> {
  kubernetes.apply(deployment({ image: `${REPOSITORY}:v${round}` }));
  takeRequests(kubernetes);
  const startedAt = performance.now();
  let completedAt = Number.NaN;
  const stop = kubernetes.store.onChange(({ key, object }) => {
    if (key.endsWith('/deployments') && Number.isNaN(completedAt) && isComplete(object))
      completedAt = performance.now();
  });
  const both = await waitByBoth(folder, 'shop', /successfully rolled out/, /✓ 1 of 1 current/);
  stop();
  for (const [name, { exitCode, output }] of Object.entries(both))
    if (exitCode !== 0) throw new Error(`${name} did not see the rollout:\n${output}`);
  await waitUntilOldPodsAreGone(kubernetes);
  return { ...both, startedAt, completedAt, requests: takeRequests(kubernetes) };
}

function isComplete(object: unknown): boolean {
  const observed = numberAt(object, 'status', 'observedGeneration') === numberAt(object, 'metadata', 'generation');
  const counts = ['replicas', 'updatedReplicas', 'availableReplicas'].map((name) => numberAt(object, 'status', name));
  return observed && counts.every((count) => count === 3);
}

/** Waits until the pods of the previous revision are gone. */
async function waitUntilOldPodsAreGone({ store }: FakeKubernetes): Promise<void> {
  while (store.list(kinds.pods).length !== 3 || store.list(kinds.pods).some(isEnding)) await delay(50);
}

function isEnding(pod: unknown): boolean {
  return listAt(pod, 'status', 'conditions').length === 0;
}

async function waitByBoth(folder: string, name: string, kubectlSays: RegExp, oursSays: RegExp) {
  const inputs = { kubeconfig: kubeconfigIn(folder), resources: `deployment/${name}` };
  const [own, peer] = await Promise.all([
    runWait(waitForRollout(folder, inputs, oursSays)),
    runWait(kubectlRolloutStatus(folder, ['rollout', 'status', `deployment/${name}`], kubectlSays)),
  ]);
  return { ours: own, kubectl: peer };
}

function healthyRows(rounds: readonly Round[]): readonly Row[] {
  const time = (of: (round: Round) => number) => median(rounds.map(of));
  const [own, peer] = [
    time((round) => round.ours.verdictAt - round.startedAt),
    time((round) => round.kubectl.verdictAt - round.startedAt),
  ];
  const after = time((round) => round.ours.verdictAt - round.completedAt);
  const peerAfter = time((round) => round.kubectl.verdictAt - round.completedAt);
  const [requests, peerRequests] = [time((round) => round.requests.ours), time((round) => round.requests.kubectl)];
  return [
    compared(
      'time to the verdict, rollout that succeeds',
      `${own.toFixed(0)} ms, kubectl ${peer.toFixed(0)} ms`,
      own / peer,
    ),
    {
      subject: 'delay of the verdict after the last change in the API',
      measured: `${after.toFixed(0)} ms, kubectl ${peerAfter.toFixed(0)} ms`,
      ratio: '',
      target: `≤ ${MAX_DELAY} ms`,
      met: after <= MAX_DELAY,
    },
    compared('API requests, rollout that succeeds', `${requests}, kubectl ${peerRequests}`, requests / peerRequests),
  ];
}

async function failingRollout(kubernetes: FakeKubernetes, folder: string): Promise<readonly Row[]> {
  const spec = { progressDeadlineSeconds: DEADLINE_SECONDS };
  kubernetes.apply(deployment({ name: 'broken', image: '127.0.0.1:9/acme/missing:1', spec }));
  takeRequests(kubernetes);
  const startedAt = performance.now();
  const both = await waitByBoth(
    folder,
    'broken',
    /exceeded its progress deadline/,
    /become ready: its image does not exist/,
  );
  const [own, peer] = [both.ours.verdictAt - startedAt, both.kubectl.verdictAt - startedAt];
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  const figure = `${seconds(own)}, kubectl ${seconds(peer)} (progressDeadlineSeconds ${DEADLINE_SECONDS}; the default is 600)`;
  return [compared('time to the verdict, image that does not exist', figure, own / peer)];
}

/** A ratio to kubectl. The tolerance of 0.5 % is the jitter between two processes that see the same event. */
function compared(subject: string, measured: string, ratio: number): Row {
  const met = ratio <= MAX_KUBECTL_RATIO + 0.005;
  return { subject, measured, ratio: `${ratio.toFixed(2)} ×`, target: `≤ ${MAX_KUBECTL_RATIO.toFixed(1)} ×`, met };
}
