import type { Clock } from '../../../core/clock.ts';
import { formatDuration } from '../../../core/duration.ts';
import type { Log } from '../../../core/log.ts';
import { causeOf } from '../../../kubernetes/failures/causes.ts';
import { describeEvidence } from '../../../kubernetes/failures/describe.ts';
import { shortName } from '../../../kubernetes/objects/object.ts';
import { type Target, titleOf } from '../targets/target.ts';
import type { Watched } from '../watched.ts';

/** A sign of life at least so often, in ms. */
const EVERY = 15_000;
/** So many targets are named in a sign of life. */
const NAMED = 5;

/** So many lines in all may tell of nothing but other counts, and so many of one target: the sign of life tells how it stands then. */
const COUNTS = { all: 300, each: 30 };

/** The log of a wait: a line per change of a target, with the time since the start. */
export class Progress {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #labels: ReadonlyMap<Target, string>;
  /** What was last told of each target, and how many lines told of nothing but other counts since the beginning. */
  readonly #told = new Map<Target, { readonly kind: string; readonly counts: number }>();
  readonly #countsOfEach: number;
  #lastLine: number;

  constructor(options: { log: Log; clock: Clock; startedAt: number; targets: readonly Target[] }) {
    this.#log = options.log;
    this.#clock = options.clock;
    this.#startedAt = options.startedAt;
    this.#lastLine = options.startedAt;
    this.#labels = labelsOf(options.targets);
    this.#countsOfEach = Math.min(COUNTS.each, Math.max(1, Math.floor(COUNTS.all / options.targets.length)));
  }

  /** When the next sign of life is due, in ms since the epoch. */
  get dueAt(): number {
    return this.#lastLine + EVERY;
  }

  label(target: Target): string {
    return this.#labels.get(target) ?? titleOf(target);
  }

  changed({ target, assessment }: Watched): void {
    const { status, message, findings } = assessment;
    const [first] = findings;
    if (!this.#isWorthALine(target, `${status} ${first?.cause}`)) return;
    const word = status === 'current' || status === 'progressing' || status === 'unknown' ? '' : `${status}: `;
    const trouble = first
      ? `; ${shortName(first.evidence.object)}: ${causeOf(first.cause).summary} (${cut(describeEvidence(first.evidence))})`
      : '';
    this.#line(`${this.label(target)}  ${word}${message}${trouble}`);
  }

  /** Another status or cause always is; of a large rollout not every pod has its line. */
  #isWorthALine(target: Target, kind: string): boolean {
    const before = this.#told.get(target);
    const counts = (before?.counts ?? 0) + (before?.kind === kind ? 1 : 0);
    this.#told.set(target, { kind, counts });
    return before?.kind !== kind || counts <= this.#countsOfEach;
  }

  stillWaiting(targets: readonly Watched[], stableAt: number): void {
    const now = this.#clock.now();
    if (stableAt < Number.POSITIVE_INFINITY) {
      this.#line(`all current, for another ${formatDuration(stableAt - now)} to be sure`);
      return;
    }
    const waiting = targets.filter(({ assessment }) => assessment.status !== 'current');
    const named = waiting
      .slice(0, NAMED)
      .map(
        (each) =>
          `${this.label(each.target)} (${each.assessment.message}, for ${formatDuration(now - each.changedAt)})`,
      );
    const others = waiting.length > NAMED ? ` and ${waiting.length - NAMED} more` : '';
    this.#line(
      named.length > 0
        ? `still waiting for ${named.join(', ')}${others}`
        : 'still waiting: no target uses the expected image',
    );
  }

  #line(text: string): void {
    const now = this.#clock.now();
    this.#lastLine = now;
    this.#log.info(`${((now - this.#startedAt) / 1000).toFixed(1).padStart(6)}s  ${text}`);
  }
}

/** The shortest name of each target that is its own: `shop`, else with kind, namespace, context. */
function labelsOf(targets: readonly Target[]): ReadonlyMap<Target, string> {
  const forms: ((target: Target) => string)[] = [
    ({ name }) => name,
    titleOf,
    (target) => `${target.namespace}/${titleOf(target)}`,
    (target) => `${target.cluster.context}: ${target.namespace}/${titleOf(target)}`,
  ];
  const form = forms.find((each) => new Set(targets.map(each)).size === targets.length) ?? titleOf;
  return new Map(targets.map((target) => [target, form(target)]));
}

function cut(text: string): string {
  return text.length > 160 ? `${text.slice(0, 159)}…` : text;
}
