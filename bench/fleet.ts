import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { Obj } from '../test/fakes/kubernetes/model.ts';
import { nameOf, namespaceOf } from '../test/fakes/kubernetes/model.ts';
import { FakeKubernetes } from '../test/fakes/kubernetes/server.ts';
import { Fleet } from './fleet-objects.ts';
import type { Row } from './outcome.ts';
import { kubeconfigIn, kubectl, ours, peakOf, takeRequests, waitBy, writeKubeconfig } from './waiting.ts';

const WORKLOADS = 500;
const PODS = 10;
const NAMESPACES = 5;
/** Deployments, ReplicaSets, pods and events. */
const KINDS = 4;
/** A list of two pages, a watch, and what a rollout of this size adds: so many requests a kind and namespace, however many objects. */
const MOST_REQUESTS = 4;
const MOST_MEGABYTES = 200;

/** Very many rollouts at once, waited for by one process; kubectl waits for them one after the other, as a loop in a job does. */
export async function benchFleet(folder: string): Promise<readonly Row[]> {
  const double = await FakeKubernetes.start();
  try {
    writeKubeconfig(folder, double);
    const fleet = new Fleet(double, { workloads: WORKLOADS, pods: PODS, namespaces: NAMESPACES });
    fleet.create();
    fleet.begin();
    const peak = join(folder, 'peak');
    writeFileSync(join(folder, 'fleet.json'), JSON.stringify({ kind: 'List', items: fleet.deployments }));
    const began = performance.now();
    let isRolling = false;
    const inputs = { kubeconfig: kubeconfigIn(folder), manifests: 'fleet.json' };
    const waiting = waitBy(ours(folder, inputs, /✓ 500 of 500 current/, peak), (output) => {
      if (isRolling || !output.includes('has not seen the change')) return;
      isRolling = true;
      void fleet.rollOut();
    });
    const [own, loopedAt] = await Promise.all([waiting, loop(folder, fleet.deployments)]);
    if (own.exitCode !== 0) throw new Error(`the fleet was not seen to be current:\n${own.output.slice(-2000)}`);
    const requests = takeRequests(double);
    const [time, peerTime] = [own.exitedAt - began, loopedAt - began];
    const megabytes = peakOf(peak) / 1024;
    const each = requests.ours / (KINDS * NAMESPACES);
    return [
      {
        what: `${WORKLOADS} workloads × ${PODS} pods: time until all are current`,
        figure: `${(time / 1000).toFixed(1)} s, kubectl in a loop ${(peerTime / 1000).toFixed(1)} s`,
        ratio: `${(time / peerTime).toFixed(2)} ×`,
        target: '≤ 1.0 ×',
        met: time <= peerTime,
      },
      {
        what: `${WORKLOADS} workloads × ${PODS} pods: API requests`,
        figure: `${requests.ours} (${KINDS} kinds in ${NAMESPACES} namespaces), kubectl in a loop ${requests.kubectl}`,
        ratio: `${(requests.ours / requests.kubectl).toFixed(3)} ×`,
        target: `≤ ${MOST_REQUESTS} a kind and namespace`,
        met: each <= MOST_REQUESTS,
      },
      {
        what: `${WORKLOADS} workloads × ${PODS} pods: peak memory`,
        figure: `${megabytes.toFixed(0)} MB`,
        ratio: '',
        target: `≤ ${MOST_MEGABYTES} MB`,
        met: megabytes <= MOST_MEGABYTES,
      },
    ];
  } finally {
    await double.stop();
  }
}

/** @returns when the last one was through. */
async function loop(folder: string, deployments: readonly Obj[]): Promise<number> {
  for (const object of deployments) {
    const args = ['rollout', 'status', `deployment/${nameOf(object)}`, '-n', namespaceOf(object)];
    const { exitCode, output } = await waitBy(kubectl(folder, args, /successfully rolled out/));
    if (exitCode !== 0) throw new Error(`kubectl did not see ${nameOf(object)}:\n${output}`);
    await turn();
  }
  return performance.now();
}
