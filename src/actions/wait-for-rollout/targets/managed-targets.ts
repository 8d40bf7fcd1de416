import { sayOnce } from '../../../core/once.ts';
import type { Runtime } from '../../../entry/context.ts';
import { ruleFor } from '../../../kubernetes/health/kind-rules.ts';
import { applyStateOf } from '../../../kubernetes/inventory/apply-state.ts';
import {
  type ManagedResources,
  managedResources,
  managesResources,
  type ResourceName,
} from '../../../kubernetes/inventory/managed-resources.ts';
import { BackgroundReader } from './background-reader.ts';
import { FailureGate } from './failure-gate.ts';
import { isInert } from './from-manifests.ts';
import { SELECTABLE_TYPES } from './from-selector.ts';
import { isIgnored, isTrusted, type LeftOut, withoutIgnored } from './left-out.ts';
import { type Target, targetIn, targetKey, targetTitle } from './target.ts';
import type { WatchedTarget } from './watched-target.ts';

interface ManagedTargetsOptions {
  /** Managed targets are added here, and removed when they no longer belong to the release. */
  readonly targets: WatchedTarget[];
  readonly leftOut: LeftOut;
  readonly watch: (target: Target, parent: WatchedTarget) => WatchedTarget;
  /** Called when more was read. */
  readonly onChange: () => void;
}

/** Targets named in one line of the log. */
const MAX_NAMED = 20;

/** The objects that Applications, Kustomizations and Helm releases among the targets manage. They become targets too. */
export class ManagedTargets {
  readonly #options: ManagedTargetsOptions;
  readonly #log: Runtime['log'];
  readonly #clock: Runtime['clock'];
  readonly #reader: BackgroundReader;
  /** The parent of every managed target. */
  readonly #parents = new Map<WatchedTarget, WatchedTarget>();
  readonly #logOnce: (sentence: string) => void;

  constructor(options: ManagedTargetsOptions, { log, clock }: Pick<Runtime, 'log' | 'clock'>) {
    this.#options = options;
    this.#clock = clock;
    this.#log = log;
    this.#logOnce = sayOnce((sentence) => log.info(sentence));
    this.#reader = new BackgroundReader(options.onChange, this.#logOnce);
  }

  /** Whether managed objects exist that were not read yet. */
  get isReading(): boolean {
    return this.#reader.isBusy;
  }

  /** Whether workloads may be added: some may only come with the next commit. */
  get mayAddWorkloads(): boolean {
    return this.#options.targets.some(
      (each) => managesResources(each.target.type) && this.#managedBy(each)?.kind !== 'remote',
    );
  }

  /** Adds and removes managed targets. @throws if managed objects can't be read. */
  update(): void {
    this.#reader.throwIfFailed();
    // A managed target is added behind its parent, so this loop also visits what it manages itself.
    for (const parent of this.#options.targets) {
      const managed = this.#managedBy(parent);
      if (managed?.kind === 'remote')
        this.#logOnce(
          `${targetTitle(parent.target)} manages objects in another cluster (${managed.cluster}): they count only through its own status.`,
        );
      else if (managed) this.#updateChildren(parent, managed);
    }
  }

  /** Adds everything that is managed now, at every level. */
  async readAll(): Promise<void> {
    for (let wasReading = true; wasReading; ) {
      this.update();
      wasReading = this.isReading;
      await this.#reader.done();
    }
  }

  #managedBy({ target, object }: WatchedTarget): ManagedResources | undefined {
    return object && managesResources(target.type)
      ? managedResources(object, target.cluster.client.connection.server)
      : undefined;
  }

  /** Why a target that doesn't exist may still come: another one has not applied the commit. */
  absenceOf({ cluster, type: { group, kind }, namespace, name }: Target): string | undefined {
    const isPending = (each: WatchedTarget) =>
      each.isAwaitingCommit ||
      (each.object !== undefined && applyStateOf(each.object, { group, kind, namespace, name }).kind !== 'applied');
    const pending = this.#options.targets.find(
      (each) =>
        each.target.cluster === cluster &&
        managesResources(each.target.type) &&
        this.#managedBy(each)?.kind !== 'remote' &&
        isPending(each),
    );
    return pending && `${targetTitle(pending.target)} has not applied the commit yet`;
  }

  #updateChildren(parent: WatchedTarget, managed: Exclude<ManagedResources, { kind: 'remote' }>): void {
    const listed = managed.kind === 'listed' ? managed.objects : [];
    const children =
      managed.kind === 'listed'
        ? listed.filter(({ isLeaving }) => !isLeaving).flatMap((name) => this.#listedTarget(parent, name) ?? [])
        : this.#labelledTargets(parent, managed);
    const { targets } = this.#options;
    const known = new Map(targets.map((each) => [targetKey(each.target), each]));
    const leaving = listed
      .filter(({ isLeaving }) => isLeaving)
      .flatMap((name) => this.#listedTarget(parent, name) ?? []);
    for (const target of [...children, ...leaving]) {
      const named = known.get(targetKey(target));
      if (named && named !== parent && !this.#parents.has(named) && !named.gates.hasOf(parent))
        named.gates.add(new FailureGate(named.target, parent, this.#clock));
    }
    const added = children.filter((target) => !known.has(targetKey(target)) && this.#reader.hasRead(target));
    this.#add(parent, added);
    const keys = new Set(children.map(targetKey));
    for (const child of [...targets])
      if (this.#parents.get(child) === parent && !keys.has(targetKey(child.target))) this.#remove(child);
  }

  /** A target of the parent's inventory; undefined until its type is known, and if its kind can't be judged. */
  #listedTarget(parent: WatchedTarget, resource: ResourceName): Target | undefined {
    const { group, kind, namespace, name } = resource;
    const { cluster } = parent.target;
    if (!ruleFor(group, kind) || isInert({ group, kind }) || this.#isLeftOut(parent, resource)) return undefined;
    const type = this.#reader.typeOf(cluster, group, kind);
    return type && withoutIgnored(targetIn(cluster, type, namespace, name), this.#options.leftOut);
  }

  #isLeftOut(parent: WatchedTarget, resource: ResourceName): boolean {
    const { leftOut } = this.#options;
    const named = `${targetTitle({ type: resource, name: resource.name })} in ${resource.namespace || 'the cluster'}`;
    if (isIgnored(leftOut, resource)) {
      this.#logOnce(`▸ ${named} is ignored`);
      return true;
    }
    if (!isTrusted(leftOut, parent.object, resource)) return false;
    this.#logOnce(`▸ ${named} counts through ${targetTitle(parent.target)}: Argo CD calls it Healthy`);
    return true;
  }

  /** The targets whose labels name the parent. */
  #labelledTargets(
    parent: WatchedTarget,
    { namespace, belongs }: Extract<ManagedResources, { kind: 'labeled' }>,
  ): readonly Target[] {
    const { cluster } = parent.target;
    return SELECTABLE_TYPES.filter((type) => this.#reader.hasRead({ cluster, type, namespace })).flatMap((type) =>
      cluster.view
        .all(type, namespace)
        .filter(belongs)
        .filter(({ metadata }) => !this.#isLeftOut(parent, { ...type, namespace, name: metadata.name }))
        .map(({ metadata }) => targetIn(cluster, type, namespace, metadata.name)),
    );
  }

  #add(parent: WatchedTarget, added: readonly Target[]): void {
    const { targets, watch } = this.#options;
    if (added.length === 0) return;
    const children = added.map((target) => {
      const child = watch(target, parent);
      child.gates.add(new FailureGate(target, parent, this.#clock));
      return child;
    });
    for (const child of children) this.#parents.set(child, parent);
    targets.splice(targets.findLastIndex((each) => this.#isInTree(each, parent)) + 1, 0, ...children);
    const names = added.slice(0, MAX_NAMED).map((target) => `${targetTitle(target)} in ${target.namespace}`);
    const others = added.length > MAX_NAMED ? ` and ${added.length - MAX_NAMED} more` : '';
    this.#log.info(`▸ ${targetTitle(parent.target)} manages ${names.join(', ')}${others}`);
  }

  /** Whether a target is the root, or managed by it at any level. */
  #isInTree(each: WatchedTarget, root: WatchedTarget): boolean {
    if (each === root) return true;
    const parent = this.#parents.get(each);
    return parent !== undefined && this.#isInTree(parent, root);
  }

  #remove(target: WatchedTarget): void {
    const { targets } = this.#options;
    for (const [child, parent] of [...this.#parents]) if (parent === target) this.#remove(child);
    this.#parents.delete(target);
    targets.splice(targets.indexOf(target), 1);
    for (const each of targets) each.gates.removeOf(target);
  }
}
