import { defined } from '../../../../src/core/defined.ts';
import { at, booleanAt, numberAt, objectAt, stringAt } from '../../../../src/json/json.ts';
import { clone, labelsOf, meta, nameOf, namespaceOf, type Obj } from '../model.ts';
import { deploymentStatus } from './deployment-status.ts';
import { byAge, hashOf, portion, replicasOf } from './pod-template.ts';
import { annotate, controllerReference, kinds, type SimulatedCluster } from './simulated-cluster.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const HASH = 'pod-template-hash';
const FROM = 'deployment-controller';

/** Takes a Deployment one step further: one ReplicaSet per template, scaled according to the strategy. */
export function reconcileDeployment(cluster: SimulatedCluster, deployment: Obj): void {
  const sets = [...cluster.ownedBy(kinds.replicaSets, deployment)].sort(byAge);
  const hash = hashOf(at(deployment, 'spec', 'template'));
  const known = sets.find((set) => labelsOf(set)[HASH] === hash);
  const old = sets.filter((set) => set !== known);
  const paused = booleanAt(deployment, 'spec', 'paused') ?? false;
  if (!paused) {
    if (stringAt(deployment, 'spec', 'strategy', 'type') === 'Recreate')
      recreate(cluster, deployment, known, old, hash);
    else roll(cluster, deployment, known ?? createSet(cluster, deployment, old, hash), old);
    if (known) record(cluster, deployment, known, old);
  } else if (known && old.every((set) => replicasOf(set) === 0)) {
    scale(cluster, deployment, known, replicasOf(deployment));
  }
  const now = cluster.ownedBy(kinds.replicaSets, deployment);
  const current = now.find((set) => labelsOf(set)[HASH] === hash);
  const latest = cluster.current(kinds.deployments, deployment);
  if (!latest) return;
  cluster.setStatus(kinds.deployments, latest, deploymentStatus(cluster, latest, now, current));
}

function roll(cluster: SimulatedCluster, deployment: Obj, current: Obj, old: readonly Obj[]): void {
  const desired = replicasOf(deployment);
  const strategy = at(deployment, 'spec', 'strategy', 'rollingUpdate');
  const surge = portion(at(strategy, 'maxSurge'), desired, '25%', Math.ceil);
  const given = portion(at(strategy, 'maxUnavailable'), desired, '25%', Math.floor);
  const unavailable = surge === 0 && given === 0 ? 1 : given;
  const total = [current, ...old].reduce((sum, set) => sum + replicasOf(set), 0);
  const room = desired + surge - total;
  const wanted = replicasOf(current) > desired ? desired : Math.min(desired, replicasOf(current) + Math.max(0, room));
  if (wanted === replicasOf(current)) scaleDownOld(cluster, deployment, current, old, desired - unavailable);
  else scale(cluster, deployment, current, wanted);
}

/** Removes the unavailable pods of earlier revisions first, then as many available ones as possible. */
function scaleDownOld(
  cluster: SimulatedCluster,
  deployment: Obj,
  current: Obj,
  old: readonly Obj[],
  minimum: number,
): void {
  const alive = old.filter((set) => replicasOf(set) > 0);
  const total = [current, ...old].reduce((sum, set) => sum + replicasOf(set), 0);
  const newUnavailable = replicasOf(current) - availableOf(current);
  let broken = total - minimum - newUnavailable;
  for (const set of alive) {
    const count = Math.min(Math.max(0, broken), replicasOf(set) - availableOf(set));
    if (count <= 0) continue;
    scale(cluster, deployment, set, replicasOf(set) - count);
    broken -= count;
  }
  const left = alive.map((set) => cluster.current(kinds.replicaSets, set)).filter((set) => set !== undefined);
  let spare = [current, ...left].reduce((sum, set) => sum + availableOf(set), 0) - minimum;
  for (const set of left) {
    const count = Math.min(Math.max(0, spare), replicasOf(set));
    if (count === 0) continue;
    scale(cluster, deployment, set, replicasOf(set) - count);
    spare -= count;
  }
}

function recreate(
  cluster: SimulatedCluster,
  deployment: Obj,
  known: Obj | undefined,
  old: readonly Obj[],
  hash: string,
): void {
  for (const set of old) scale(cluster, deployment, set, 0);
  // Terminating pods still hold the resources that new pods need.
  if (old.some((set) => cluster.ownedBy(kinds.pods, set).length > 0)) return;
  scale(cluster, deployment, known ?? createSet(cluster, deployment, old, hash), replicasOf(deployment));
}

function createSet(cluster: SimulatedCluster, deployment: Obj, old: readonly Obj[], hash: string): Obj {
  const template = clone(objectAt(deployment, 'spec', 'template') ?? {});
  meta(template)['labels'] = { ...labelsOf(template), [HASH]: hash };
  const revision = String(lastRevision(old) + 1);
  const minReadySeconds = numberAt(deployment, 'spec', 'minReadySeconds');
  const created = cluster.store.create(kinds.replicaSets, {
    metadata: {
      namespace: namespaceOf(deployment),
      name: `${nameOf(deployment)}-${hash}`,
      labels: labelsOf(template),
      annotations: { [REVISION]: revision },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas: 0,
      ...defined({ minReadySeconds }),
      selector: { matchLabels: { ...objectAt(deployment, 'spec', 'selector', 'matchLabels'), [HASH]: hash } },
      template,
    },
  });
  cluster.change(kinds.deployments, deployment, (each) => annotate(each, REVISION, revision));
  return created;
}

/** Gives the next revision number to a template that existed before. This is how a rollback works. */
function record(cluster: SimulatedCluster, deployment: Obj, known: Obj, old: readonly Obj[]): void {
  const last = lastRevision(old);
  const revision = String(Math.max(last + 1, revisionOf(known)));
  cluster.change(kinds.replicaSets, known, (set) => annotate(set, REVISION, revision));
  cluster.change(kinds.deployments, deployment, (each) => annotate(each, REVISION, revision));
}

function scale(cluster: SimulatedCluster, deployment: Obj, set: Obj, replicas: number): void {
  const from = replicasOf(cluster.current(kinds.replicaSets, set) ?? set);
  if (from === replicas) return;
  cluster.change(kinds.replicaSets, set, (each) => {
    each['spec'] = { ...objectAt(each, 'spec'), replicas };
  });
  const message = `Scaled ${replicas > from ? 'up' : 'down'} replica set ${nameOf(set)} from ${from} to ${replicas}`;
  cluster.recordEvent(deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message, from: FROM });
}

function lastRevision(sets: readonly Obj[]): number {
  return Math.max(0, ...sets.map(revisionOf));
}

function revisionOf(set: Obj): number {
  return Number(stringAt(set, 'metadata', 'annotations', REVISION) ?? 0);
}

function availableOf(set: Obj): number {
  return Math.min(replicasOf(set), numberAt(set, 'status', 'availableReplicas') ?? 0);
}
