import { listAt, objectAt, stringAt } from '../../../../src/json/json.ts';
import type { Obj } from '../model.ts';
import { withCondition } from './simulated-cluster.ts';
import type { RunningContainer } from './timeline.ts';

/** The status that a node reports for a pod, from the states of its containers. */
export function podStatus(pod: Obj, running: ReadonlyMap<string, RunningContainer>, stamp: string): Obj {
  const inits = listAt(pod, 'spec', 'initContainers').map((spec) => containerStatus(spec, running));
  const isInitialized = inits.every(({ ready }) => ready);
  const mains = listAt(pod, 'spec', 'containers').map((spec) =>
    containerStatus(spec, running, inits.length > 0 ? 'PodInitializing' : 'ContainerCreating'),
  );
  const phase = phaseOf(pod, inits, mains);
  const isOver = phase === 'Succeeded' || phase === 'Failed';
  const unready = mains.filter(({ ready }) => !ready).map(({ name }) => name);
  const why =
    phase === 'Succeeded'
      ? { reason: 'PodCompleted', message: '' }
      : { reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` };
  const readiness =
    unready.length === 0 && !isOver
      ? { status: 'True', reason: '', message: '' }
      : { status: 'False', ...(isOver && phase === 'Failed' ? { reason: 'PodFailed', message: '' } : why) };
  const incomplete = inits.filter(({ ready }) => !ready).map(({ name }) => name);
  const initialized = isInitialized
    ? { status: 'True', reason: '', message: '' }
    : {
        status: 'False',
        reason: 'ContainersNotInitialized',
        message: `containers with incomplete status: [${incomplete.join(' ')}]`,
      };
  let conditions: readonly unknown[] = listAt(pod, 'status', 'conditions');
  conditions = withCondition(
    conditions,
    { type: 'PodReadyToStartContainers', status: isOver ? 'False' : 'True', reason: '', message: '' },
    stamp,
  );
  conditions = withCondition(conditions, { type: 'Initialized', ...initialized }, stamp);
  conditions = withCondition(conditions, { type: 'Ready', ...readiness }, stamp);
  conditions = withCondition(conditions, { type: 'ContainersReady', ...readiness }, stamp);
  return {
    phase,
    conditions,
    hostIP: '10.0.0.1',
    podIP: '10.1.0.1',
    startTime: stringAt(pod, 'status', 'startTime') ?? stamp,
    ...(inits.length > 0 ? { initContainerStatuses: inits } : {}),
    containerStatuses: mains,
  };
}

interface ContainerStatus extends Obj {
  readonly name: string;
  readonly ready: boolean;
  readonly state: Obj;
  readonly lastState: Obj;
}

function containerStatus(
  spec: unknown,
  running: ReadonlyMap<string, RunningContainer>,
  reason = 'PodInitializing',
): ContainerStatus {
  const name = stringAt(spec, 'name') ?? '';
  const known = running.get(name);
  const common = { name, image: stringAt(spec, 'image') ?? '' };
  if (!known)
    return {
      ...common,
      imageID: '',
      ready: false,
      started: false,
      restartCount: 0,
      state: { waiting: { reason } },
      lastState: {},
    };
  const { moment, init } = known;
  const isRunning = 'running' in moment.state;
  return {
    ...common,
    imageID: moment.imageID,
    ready: init ? moment.hasEnded && moment.ready : moment.ready && isRunning,
    started: isRunning,
    restartCount: moment.restarts,
    state: moment.state,
    lastState: moment.lastState,
  };
}

/** kubelet's getPhase. */
function phaseOf(pod: Obj, inits: readonly ContainerStatus[], mains: readonly ContainerStatus[]): string {
  const policy = stringAt(pod, 'spec', 'restartPolicy') ?? 'Always';
  const exitOf = ({ state }: ContainerStatus) => objectAt(state, 'terminated')?.['exitCode'];
  if (inits.some((status) => policy === 'Never' && exitOf(status) !== undefined && exitOf(status) !== 0))
    return 'Failed';
  if (inits.some(({ ready }) => !ready)) return 'Pending';
  const isFresh = ({ state, lastState }: ContainerStatus) => 'waiting' in state && !('terminated' in lastState);
  if (mains.some(isFresh)) return 'Pending';
  if (mains.some(({ state }) => 'running' in state)) return 'Running';
  if (policy === 'Always' || mains.some((status) => exitOf(status) === undefined)) return 'Running';
  if (mains.every((status) => exitOf(status) === 0)) return 'Succeeded';
  return policy === 'OnFailure' ? 'Running' : 'Failed';
}
