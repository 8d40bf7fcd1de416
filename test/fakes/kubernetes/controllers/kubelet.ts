import { at, listAt, stringAt } from '../../../../src/json/json.ts';
import { nameOf, namespaceOf, type Obj, uidOf } from '../model.ts';
import type { ImageBehavior, Images } from './images.ts';
import { notFound } from './images.ts';
import { podStatus } from './pod-status.ts';
import { isPodFinished, kinds, type SimulatedCluster, withCondition } from './simulated-cluster.ts';
import { type Container, type Moment, type RunningContainer, timelineOf } from './timeline.ts';

export type SetLogs = (
  namespace: string,
  pod: string,
  container: string,
  text: string,
  of: { previous: boolean },
) => void;

/** Why no node can run a pod; undefined if one can. */
export type Unschedulable = (pod: Obj, ageMs: number) => string | undefined;

interface Options {
  readonly images: Images;
  readonly setLogs: SetLogs;
  readonly unschedulable: Unschedulable;
  readonly pullMs: number;
  readonly readyAfterMs: number;
  readonly terminationMs: number;
}

interface Playback extends RunningContainer {
  readonly container: Container;
  readonly timeline: Generator<Moment, void>;
  next: Moment | undefined;
}

/** The scheduler and the nodes: binds pods, plays the timelines of their containers, and removes deleted pods. */
export class Kubelet {
  readonly #cluster: SimulatedCluster;
  readonly #options: Options;
  readonly #playbacks = new Map<string, Map<string, Playback>>();
  readonly #seenAt = new Map<string, number>();
  readonly #removeAt = new Map<string, number>();

  constructor(cluster: SimulatedCluster, options: Options) {
    this.#cluster = cluster;
    this.#options = options;
  }

  reconcile(pod: Obj): void {
    const uid = uidOf(pod);
    const isLeaving = at(pod, 'metadata', 'deletionTimestamp') !== undefined;
    if (isPodFinished(pod) && !isLeaving) return;
    if (!this.#seenAt.has(uid)) this.#seenAt.set(uid, this.#cluster.now());
    if (isLeaving) this.#remove(pod);
    else if (stringAt(pod, 'spec', 'nodeName') === undefined) this.#schedule(pod);
    else this.#run(pod);
  }

  #remove(pod: Obj): void {
    const uid = uidOf(pod);
    const due = this.#removeAt.get(uid) ?? this.#cluster.now() + this.#options.terminationMs;
    this.#removeAt.set(uid, due);
    if (due > this.#cluster.now()) {
      this.#cluster.wakeAt(due);
      return;
    }
    for (const known of [this.#playbacks, this.#seenAt, this.#removeAt]) known.delete(uid);
    this.#cluster.store.remove(kinds.pods, pod);
  }

  #schedule(pod: Obj): void {
    const age = this.#cluster.now() - (this.#seenAt.get(uidOf(pod)) ?? 0);
    const message = this.#options.unschedulable(pod, age);
    const stamp = this.#cluster.stamp();
    const before = listAt(pod, 'status', 'conditions');
    if (message !== undefined) {
      const known = before.find((each) => stringAt(each, 'type') === 'PodScheduled');
      if (stringAt(known, 'message') !== message) {
        const text = { type: 'Warning', reason: 'FailedScheduling', message, from: 'default-scheduler' } as const;
        this.#cluster.recordEvent(pod, text);
      }
      const unscheduled = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
      this.#cluster.setStatus(kinds.pods, pod, {
        phase: 'Pending',
        conditions: withCondition(before, unscheduled, stamp),
      });
      this.#cluster.wakeAt(this.#cluster.now() + 1000);
      return;
    }
    const nodes = this.#cluster.all(kinds.nodes);
    const node =
      stringAt(pod, 'spec', 'nodeSelector', 'kubernetes.io/hostname') ?? (nodes[0] ? nameOf(nodes[0]) : 'node-1');
    this.#cluster.change(kinds.pods, pod, (each) => {
      const spec = at(each, 'spec');
      each['spec'] = { ...(typeof spec === 'object' ? spec : {}), nodeName: node };
    });
    const scheduled = { type: 'PodScheduled', status: 'True', reason: '', message: '' };
    this.#cluster.setStatus(kinds.pods, pod, { phase: 'Pending', conditions: withCondition(before, scheduled, stamp) });
    const assigned = `Successfully assigned ${namespaceOf(pod)}/${nameOf(pod)} to ${node}`;
    this.#cluster.recordEvent(pod, {
      type: 'Normal',
      reason: 'Scheduled',
      message: assigned,
      from: 'default-scheduler',
    });
  }

  #run(pod: Obj): void {
    const playbacks = this.#playbacks.get(uidOf(pod)) ?? new Map<string, Playback>();
    this.#playbacks.set(uidOf(pod), playbacks);
    const inits = listAt(pod, 'spec', 'initContainers');
    let allDone = true;
    for (const spec of inits) {
      if (!allDone) break;
      allDone = this.#play(pod, spec, true, playbacks).ready;
    }
    if (allDone) for (const spec of listAt(pod, 'spec', 'containers')) this.#play(pod, spec, false, playbacks);
    this.#cluster.setStatus(kinds.pods, pod, podStatus(pod, playbacks, this.#cluster.stamp()));
  }

  /** Advances a container's timeline to the present. */
  #play(pod: Obj, spec: unknown, init: boolean, playbacks: Map<string, Playback>): Moment {
    const name = stringAt(spec, 'name') ?? '';
    const playback = playbacks.get(name) ?? this.#begin(pod, spec, init);
    playbacks.set(name, playback);
    const { origin } = playback.container;
    while (playback.next && origin + playback.next.at <= this.#cluster.now()) {
      playback.moment = playback.next;
      this.#report(pod, playback);
      playback.next = nextOf(playback.timeline);
    }
    if (playback.next && playback.next.at < Number.POSITIVE_INFINITY) this.#cluster.wakeAt(origin + playback.next.at);
    return playback.moment;
  }

  #begin(pod: Obj, spec: unknown, init: boolean): Playback {
    const { images, pullMs, readyAfterMs } = this.#options;
    const name = stringAt(spec, 'name') ?? '';
    const image = stringAt(spec, 'image') ?? '';
    const place = { namespace: namespaceOf(pod), pod: nameOf(pod), container: name, init };
    const behavior: ImageBehavior = images(image, place) ?? notFound(image);
    const restartPolicy = stringAt(pod, 'spec', 'restartPolicy') ?? 'Always';
    const container = { place, image, behavior, restartPolicy, pullMs, readyAfterMs, origin: this.#cluster.now() };
    const timeline = timelineOf(container);
    const moment = nextOf(timeline);
    if (!moment) throw new Error(`the timeline of container ${name} is empty`);
    const playback = { name, image, init, container, timeline, moment, next: nextOf(timeline) };
    this.#report(pod, playback);
    return playback;
  }

  #report(pod: Obj, { moment, name, init }: Playback): void {
    const fieldPath = `spec.${init ? 'initContainers' : 'containers'}{${name}}`;
    for (const event of moment.events) this.#cluster.recordEvent(pod, { ...event, from: 'kubelet', fieldPath });
    const { setLogs } = this.#options;
    if (moment.log !== '') setLogs(namespaceOf(pod), nameOf(pod), name, moment.log, { previous: false });
    if (moment.previousLog !== undefined)
      setLogs(namespaceOf(pod), nameOf(pod), name, moment.previousLog, { previous: true });
  }
}

function nextOf(timeline: Generator<Moment, void>): Moment | undefined {
  const { value, done } = timeline.next();
  return done ? undefined : value;
}
