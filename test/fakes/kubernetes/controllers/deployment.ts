import { defined } from '../../../../src/core/defined.ts';
import { at, booleanAt, numberAt, objectAt, stringAt } from '../../../../src/json/json.ts';
import { clone, labelsOf, meta, nameOf, namespaceOf, type Obj } from '../model.ts';
import { deploymentStatus } from './deployment-status.ts';
import { byAge, hashOf, portion, replicasOf } from './template.ts';
import { annotate, controllerReference, kinds, type World } from './world.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const HASH = 'pod-template-hash';
const FROM = 'deployment-controller';

/** Brings a Deployment one step on: a ReplicaSet per template, scaled as the strategy says. */
export function reconcileDeployment(world: World, deployment: Obj): void {
  const sets = [...world.ownedBy(kinds.replicaSets, deployment)].sort(byAge);
  const hash = hashOf(at(deployment, 'spec', 'template'));
  const known = sets.find((set) => labelsOf(set)[HASH] === hash);
  const old = sets.filter((set) => set !== known);
  const paused = booleanAt(deployment, 'spec', 'paused') ?? false;
  if (!paused) {
    if (stringAt(deployment, 'spec', 'strategy', 'type') === 'Recreate') recreate(world, deployment, known, old, hash);
    else roll(world, deployment, known ?? createSet(world, deployment, old, hash), old);
    if (known) record(world, deployment, known, old);
  } else if (known && old.every((set) => replicasOf(set) === 0)) {
    scale(world, deployment, known, replicasOf(deployment));
  }
  const now = world.ownedBy(kinds.replicaSets, deployment);
  const current = now.find((set) => labelsOf(set)[HASH] === hash);
  const latest = world.current(kinds.deployments, deployment);
  if (!latest) return;
  world.setStatus(kinds.deployments, latest, deploymentStatus(world, latest, now, current));
}

function roll(world: World, deployment: Obj, current: Obj, old: readonly Obj[]): void {
  const desired = replicasOf(deployment);
  const strategy = at(deployment, 'spec', 'strategy', 'rollingUpdate');
  const surge = portion(at(strategy, 'maxSurge'), desired, '25%', Math.ceil);
  const given = portion(at(strategy, 'maxUnavailable'), desired, '25%', Math.floor);
  const unavailable = surge === 0 && given === 0 ? 1 : given;
  const total = [current, ...old].reduce((sum, set) => sum + replicasOf(set), 0);
  const room = desired + surge - total;
  const wanted = replicasOf(current) > desired ? desired : Math.min(desired, replicasOf(current) + Math.max(0, room));
  if (wanted === replicasOf(current)) scaleDownOld(world, deployment, current, old, desired - unavailable);
  else scale(world, deployment, current, wanted);
}

/** First the pods of earlier revisions that do not serve anyway, then as many as can be spared. */
function scaleDownOld(world: World, deployment: Obj, current: Obj, old: readonly Obj[], minimum: number): void {
  const alive = old.filter((set) => replicasOf(set) > 0);
  const total = [current, ...old].reduce((sum, set) => sum + replicasOf(set), 0);
  const newUnavailable = replicasOf(current) - availableOf(current);
  let broken = total - minimum - newUnavailable;
  for (const set of alive) {
    const count = Math.min(Math.max(0, broken), replicasOf(set) - availableOf(set));
    if (count <= 0) continue;
    scale(world, deployment, set, replicasOf(set) - count);
    broken -= count;
  }
  const left = alive.map((set) => world.current(kinds.replicaSets, set)).filter((set) => set !== undefined);
  let spare = [current, ...left].reduce((sum, set) => sum + availableOf(set), 0) - minimum;
  for (const set of left) {
    const count = Math.min(Math.max(0, spare), replicasOf(set));
    if (count === 0) continue;
    scale(world, deployment, set, replicasOf(set) - count);
    spare -= count;
  }
}

function recreate(world: World, deployment: Obj, known: Obj | undefined, old: readonly Obj[], hash: string): void {
  for (const set of old) scale(world, deployment, set, 0);
  // Also pods that are on their way out still hold what the new ones need.
  if (old.some((set) => world.ownedBy(kinds.pods, set).length > 0)) return;
  scale(world, deployment, known ?? createSet(world, deployment, old, hash), replicasOf(deployment));
}

function createSet(world: World, deployment: Obj, old: readonly Obj[], hash: string): Obj {
  const template = clone(objectAt(deployment, 'spec', 'template') ?? {});
  meta(template)['labels'] = { ...labelsOf(template), [HASH]: hash };
  const revision = String(lastRevision(old) + 1);
  const minReadySeconds = numberAt(deployment, 'spec', 'minReadySeconds');
  const created = world.store.create(kinds.replicaSets, {
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
  world.change(kinds.deployments, deployment, (each) => annotate(each, REVISION, revision));
  return created;
}

/** A template that was there before gets the next revision: that is what going back is. */
function record(world: World, deployment: Obj, known: Obj, old: readonly Obj[]): void {
  const last = lastRevision(old);
  const revision = String(Math.max(last + 1, revisionOf(known)));
  world.change(kinds.replicaSets, known, (set) => annotate(set, REVISION, revision));
  world.change(kinds.deployments, deployment, (each) => annotate(each, REVISION, revision));
}

function scale(world: World, deployment: Obj, set: Obj, replicas: number): void {
  const from = replicasOf(world.current(kinds.replicaSets, set) ?? set);
  if (from === replicas) return;
  world.change(kinds.replicaSets, set, (each) => {
    each['spec'] = { ...objectAt(each, 'spec'), replicas };
  });
  const message = `Scaled ${replicas > from ? 'up' : 'down'} replica set ${nameOf(set)} from ${from} to ${replicas}`;
  world.tell(deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message, from: FROM });
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
