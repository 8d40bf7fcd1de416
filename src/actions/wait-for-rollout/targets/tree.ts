import type { Clock } from '../../../core/clock.ts';
import type { Context } from '../../../entry/context.ts';
import { ruleFor } from '../../../kubernetes/health/kind-rules.ts';
import {
  type ManagedResources,
  managedResources,
  managesResources,
  type ResourceName,
} from '../../../kubernetes/inventory/managed-resources.ts';
import type { contract } from '../contract.ts';
import type { Watched } from '../watched.ts';
import { isInert } from './described.ts';
import { Hold } from './hold.ts';
import { Reading } from './reading.ts';
import { LABELLED } from './selected.ts';
import { identityOf, type Target, targetOf, titleOf } from './target.ts';

/** @param hold why a failure of the target does not count (yet). */
export type Watch = (target: Target, hold: Watched['hold']) => Watched;

interface Options {
  /** Grows and shrinks with the tree. */
  readonly watched: Watched[];
  readonly watch: Watch;
  readonly onChange: () => void;
}

/** So many new targets are named in a line of the log. */
const NAMED = 20;

/** What the Applications, Kustomizations and releases among the targets have brought: targets of their own, as long as they belong to them. */
export class ResourceTree {
  readonly #options: Options;
  readonly #log: Context<typeof contract>['log'];
  readonly #clock: Clock;
  readonly #reading: Reading;
  /** Those that were not given by the user, by what brought them. */
  readonly #parents = new Map<Watched, Watched>();
  readonly #said = new Set<string>();

  constructor(options: Options, { log, clock }: Pick<Context<typeof contract>, 'log' | 'clock'>) {
    this.#options = options;
    this.#clock = clock;
    this.#log = log;
    this.#reading = new Reading(options.onChange, (sentence) => this.#sayOnce(sentence));
  }

  /** Whether something was brought that has not been read yet. */
  get isGrowing(): boolean {
    return this.#reading.isBusy;
  }

  /** Whether something was brought that is waited for. */
  get hasBrought(): boolean {
    return this.#parents.size > 0;
  }

  /** Whether workloads may be among what is brought yet: some of it may come with the next commit. */
  get mayGrow(): boolean {
    return this.#options.watched.some(
      (each) => managesResources(each.target.type) && this.#broughtBy(each)?.kind !== 'remote',
    );
  }

  /** Takes in what was brought since, and lets go what does not belong any more. @throws what kept it from being read. */
  look(): void {
    this.#reading.check();
    // What is taken in comes after what has brought it, and is looked at in the same round.
    for (const parent of this.#options.watched) {
      const brought = this.#broughtBy(parent);
      if (brought?.kind === 'remote')
        this.#sayOnce(
          `${titleOf(parent.target)} brings its objects into another cluster (${brought.cluster}): they are judged by its controller alone.`,
        );
      else if (brought) this.#follow(parent, brought);
    }
  }

  /** Everything that there is now, down to what is brought by what was brought. */
  async grown(): Promise<void> {
    for (let wasReading = true; wasReading; ) {
      this.look();
      wasReading = this.isGrowing;
      await this.#reading.done();
    }
  }

  #broughtBy({ target, object }: Watched): ManagedResources | undefined {
    return object && managesResources(target.type)
      ? managedResources(object, target.cluster.client.connection.server)
      : undefined;
  }

  #follow(parent: Watched, brought: Exclude<ManagedResources, { kind: 'remote' }>): void {
    const targets =
      brought.kind === 'listed'
        ? brought.objects.flatMap((name) => this.#named(parent, name) ?? [])
        : this.#marked(parent, brought);
    const { watched } = this.#options;
    const known = new Set(watched.map(({ target }) => identityOf(target)));
    const added = targets.filter((target) => !known.has(identityOf(target)) && this.#reading.isRead(target));
    this.#add(parent, added);
    const belonging = new Set(targets.map(identityOf));
    for (const child of [...watched])
      if (this.#parents.get(child) === parent && !belonging.has(identityOf(child.target))) this.#drop(child);
  }

  /** A target of the list that something keeps; undefined while its kind is not known, or where nothing can be said about it. */
  #named({ target: { cluster } }: Watched, { group, kind, namespace, name }: ResourceName): Target | undefined {
    if (!ruleFor(group, kind) || isInert({ group, kind })) return undefined;
    const type = this.#reading.typeOf(cluster, group, kind);
    return type && targetOf(cluster, type, namespace, name);
  }

  #marked(
    { target: { cluster } }: Watched,
    { namespace, belongs }: Extract<ManagedResources, { kind: 'labeled' }>,
  ): readonly Target[] {
    return LABELLED.filter((type) => this.#reading.isRead({ cluster, type, namespace })).flatMap((type) =>
      cluster.view
        .all(type, namespace)
        .filter(belongs)
        .map(({ metadata }) => targetOf(cluster, type, namespace, metadata.name)),
    );
  }

  #add(parent: Watched, targets: readonly Target[]): void {
    const { watched, watch } = this.#options;
    if (targets.length === 0) return;
    const children = targets.map((target) => watch(target, new Hold(target, parent, this.#clock).back));
    for (const child of children) this.#parents.set(child, parent);
    watched.splice(watched.findLastIndex((each) => this.#isBelow(each, parent)) + 1, 0, ...children);
    const names = targets.slice(0, NAMED).map((target) => `${titleOf(target)} in ${target.namespace}`);
    const others = targets.length > NAMED ? ` and ${targets.length - NAMED} more` : '';
    this.#log.info(`▸ ${titleOf(parent.target)} brings ${names.join(', ')}${others}`);
  }

  #isBelow(each: Watched, parent: Watched): boolean {
    if (each === parent) return true;
    const above = this.#parents.get(each);
    return above !== undefined && this.#isBelow(above, parent);
  }

  #drop(child: Watched): void {
    const { watched } = this.#options;
    for (const [below, parent] of [...this.#parents]) if (parent === child) this.#drop(below);
    this.#parents.delete(child);
    watched.splice(watched.indexOf(child), 1);
  }

  #sayOnce(sentence: string): void {
    if (!this.#said.has(sentence)) this.#log.info(sentence);
    this.#said.add(sentence);
  }
}
