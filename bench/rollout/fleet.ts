import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { Obj } from '../../test/fakes/kubernetes/model.ts';
import { nameOf, namespaceOf } from '../../test/fakes/kubernetes/model.ts';
import { FakeKubernetes } from '../../test/fakes/kubernetes/server.ts';
import type { Row } from '../outcome.ts';
import { Fleet } from './fleet-objects.ts';
import {
  kubeconfigIn,
  kubectlRolloutStatus,
  peakOf,
  runWait,
  takeRequests,
  waitForRollout,
  writeKubeconfig,
} from './wait.ts';

const WORKLOADS = 500;
const PODS = 10;
const NAMESPACES = 5;
/** Deployments, ReplicaSets, pods and events. */
const KINDS = 4;
/** Per kind and namespace, whatever the number of objects: a list of two pages, a watch, and one more for a rollout of this size. */
const MAX_REQUESTS = 4;
const MAX_MEGABYTES = 200;

/** Many rollouts at once: one process waits for all of them, kubectl in a loop for one after the other. */
export async function benchFleet(folder: string): Promise<readonly Row[]> {
  const kubernetes = await FakeKubernetes.start();
  try {
    writeKubeconfig(folder, kubernetes);
    const fleet = new Fleet(kubernetes, { workloads: WORKLOADS, pods: PODS, namespaces: NAMESPACES });
    fleet.create();
    fleet.updateImages();
    const peak = join(folder, 'peak');
    writeFileSync(join(folder, 'fleet.json'), JSON.stringify({ kind: 'List', items: fleet.deployments }));
    const startedAt = performance.now();
    let isRolling = false;
    const inputs = { kubeconfig: kubeconfigIn(folder), manifests: 'fleet.json' };
    const waiting = runWait(waitForRollout(folder, inputs, /✓ 500 of 500 current/, peak), (output) => {
      if (isRolling || !output.includes('has not seen the change')) return;
      isRolling = true;
      void fleet.rollOutPods();
    });
    const [own, loopedAt] = await Promise.all([waiting, waitInLoop(folder, fleet.deployments)]);
    if (own.exitCode !== 0) throw new Error(`wait-for-rollout failed:\n${own.output.slice(-2000)}`);
    const requests = takeRequests(kubernetes);
    const [time, peerTime] = [own.exitedAt - startedAt, loopedAt - startedAt];
    const megabytes = peakOf(peak) / 1024;
    const each = requests.ours / (KINDS * NAMESPACES);
    return [
      {
        subject: `${WORKLOADS} workloads × ${PODS} pods: time until all are current`,
        measured: `${(time / 1000).toFixed(1)} s, kubectl in a loop ${(peerTime / 1000).toFixed(1)} s`,
        ratio: `${(time / peerTime).toFixed(2)} ×`,
        target: '≤ 1.0 ×',
        met: time <= peerTime,
      },
      {
        subject: `${WORKLOADS} workloads × ${PODS} pods: API requests`,
        measured: `${requests.ours} (${KINDS} kinds in ${NAMESPACES} namespaces), kubectl in a loop ${requests.kubectl}`,
        ratio: `${(requests.ours / requests.kubectl).toFixed(3)} ×`,
        target: `≤ ${MAX_REQUESTS} per kind and namespace`,
        met: each <= MAX_REQUESTS,
      },
      {
        subject: `${WORKLOADS} workloads × ${PODS} pods: peak memory`,
        measured: `${megabytes.toFixed(0)} MB`,
        ratio: '',
        target: `≤ ${MAX_MEGABYTES} MB`,
        met: megabytes <= MAX_MEGABYTES,
      },
    ];
  } finally {
    await kubernetes.stop();
  }
}

/** @returns when the last rollout was complete, in ms. */
async function waitInLoop(folder: string, deployments: readonly Obj[]): Promise<number> {
  for (const object of deployments) {
    const args = ['rollout', 'status', `deployment/${nameOf(object)}`, '-n', namespaceOf(object)];
    const { exitCode, output } = await runWait(kubectlRolloutStatus(folder, args, /successfully rolled out/));
    if (exitCode !== 0) throw new Error(`kubectl failed for ${nameOf(object)}:\n${output}`);
    await turn();
  }
  return performance.now();
}
