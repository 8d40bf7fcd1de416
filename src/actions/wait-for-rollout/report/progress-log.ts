import { formatDuration } from '../../../core/duration.ts';
import type { Runtime } from '../../../entry/context.ts';
import { causeOf } from '../../../kubernetes/failures/causes.ts';
import { describeEvidence } from '../../../kubernetes/failures/describe.ts';
import { shortName } from '../../../kubernetes/objects/object.ts';
import type { Disturbance } from '../../../kubernetes/rollout/disturbances.ts';
import { type Target, targetTitle } from '../targets/target.ts';
import type { WatchedTarget } from '../targets/watched-target.ts';
import type { WaitProgress } from '../wait/progress.ts';

/** The longest time without a line, in ms. */
const MAX_SILENCE = 15_000;
/** What a target waits for is worth a line after this time, in ms. */
const LONG = 30_000;
/** Targets named in a line that says what is still missing. */
const MAX_NAMED = 5;

/** Lines that report nothing but other counts: of all targets, and of one. After that, only the line every 15 s shows the counts. */
const MAX_COUNT_LINES = { total: 300, perTarget: 30 };

/** The log of a wait: a line per change of a target, with the time since the start. */
export class ProgressLog implements WaitProgress {
  readonly #log: Runtime['log'];
  readonly #clock: Runtime['clock'];
  readonly #startedAt: number;
  readonly #labels: ReadonlyMap<Target, string>;
  /** Status and cause in the last line of each target, and its number of lines that reported other counts only. */
  readonly #logged = new Map<Target, { readonly state: string; readonly countLines: number }>();
  readonly #maxCountLines: number;
  #lastLineAt: number;

  /** @param startedAt in ms since the epoch. */
  constructor(targets: readonly Target[], startedAt: number, { log, clock }: Pick<Runtime, 'log' | 'clock'>) {
    this.#log = log;
    this.#clock = clock;
    this.#startedAt = startedAt;
    this.#lastLineAt = startedAt;
    this.#labels = labelsOf(targets);
    const share = Math.floor(MAX_COUNT_LINES.total / targets.length);
    this.#maxCountLines = Math.min(MAX_COUNT_LINES.perTarget, Math.max(1, share));
  }

  get dueAt(): number {
    return this.#lastLineAt + MAX_SILENCE;
  }

  changed({ target, assessment }: WatchedTarget): void {
    const { status, message, findings } = assessment;
    const [first] = findings;
    if (!this.#isWorthALine(target, `${status} ${first?.cause}`)) return;
    const prefix = status === 'current' || status === 'progressing' || status === 'unknown' ? '' : `${status}: `;
    const finding = first
      ? `; ${shortName(first.evidence.object)}: ${causeOf(first.cause).summary} (${cut(describeEvidence(first.evidence))})`
      : '';
    this.#line(`${this.#labelOf(target)}  ${prefix}${message}${finding}`);
  }

  disturbed({ message }: Disturbance): void {
    this.#line(
      `${cut(message.trim().replace(/:$/, ''))}: the time for which all must stay current (\`stable-for\`) starts again`,
    );
  }

  stillWaiting(targets: readonly WatchedTarget[], stableAt: number): void {
    const now = this.#clock.now();
    if (stableAt < Number.POSITIVE_INFINITY) {
      this.#line(`all current; waiting another ${formatDuration(stableAt - now)} to see that they stay so`);
      return;
    }
    const waiting = targets.filter(({ assessment }) => assessment.status !== 'current');
    const named = waiting
      .slice(0, MAX_NAMED)
      .map(
        (each) =>
          `${this.#labelOf(each.target)} (${each.assessment.message}, for ${formatDuration(now - each.changedAt)}${heldUp(each)})`,
      );
    const others = waiting.length > MAX_NAMED ? ` and ${waiting.length - MAX_NAMED} more` : '';
    this.#line(
      named.length > 0
        ? `still waiting for ${named.join(', ')}${others}`
        : 'still waiting: no target uses the expected image',
    );
  }

  /** A new status or cause always is. Of other counts only a limited number is, so that a large rollout doesn't flood the log. */
  #isWorthALine(target: Target, state: string): boolean {
    const last = this.#logged.get(target);
    const countLines = (last?.countLines ?? 0) + (last?.state === state ? 1 : 0);
    this.#logged.set(target, { state, countLines });
    return last?.state !== state || countLines <= this.#maxCountLines;
  }

  #labelOf(target: Target): string {
    return this.#labels.get(target) ?? targetTitle(target);
  }

  #line(text: string): void {
    const now = this.#clock.now();
    this.#lastLineAt = now;
    this.#log.info(`${((now - this.#startedAt) / 1000).toFixed(1).padStart(6)}s  ${text}`);
  }
}

/** The shortest unambiguous name of each target: `shop`, else with kind, namespace or context. */
function labelsOf(targets: readonly Target[]): ReadonlyMap<Target, string> {
  const forms: ((target: Target) => string)[] = [
    ({ name }) => name,
    targetTitle,
    (target) => `${target.namespace}/${targetTitle(target)}`,
    (target) => `${target.cluster.context}: ${target.namespace}/${targetTitle(target)}`,
  ];
  const form = forms.find((each) => new Set(targets.map(each)).size === targets.length) ?? targetTitle;
  return new Map(targets.map((target) => [target, form(target)]));
}

/** What a target waits for, if it has for a while and no finding says it. */
function heldUp(watched: WatchedTarget): string {
  const held = watched.assessment.findings.length > 0 ? undefined : watched.heldUpBy;
  if (!held || (watched.ageOf(held) ?? 0) < LONG) return '';
  return `; ${shortName(held.evidence.object)}: ${causeOf(held.cause).summary} (${cut(describeEvidence(held.evidence))})`;
}

function cut(text: string): string {
  return text.length > 160 ? `${text.slice(0, 159)}…` : text;
}
