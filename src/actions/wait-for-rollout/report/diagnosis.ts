import { defined } from '../../../core/defined.ts';
import { formatDuration } from '../../../core/duration.ts';
import type { Runtime } from '../../../entry/context.ts';
import type { CauseId } from '../../../kubernetes/failures/causes.ts';
import { describeEvidence, hintOf, pathToEvidence, signalName } from '../../../kubernetes/failures/describe.ts';
import type { Finding } from '../../../kubernetes/failures/findings.ts';
import type { ObjectEvent } from '../../../kubernetes/objects/relations.ts';
import { type LastLines, lastLines } from '../../../kubernetes/rollout/evidence-logs.ts';
import { withTimeout } from '../cluster/with-timeout.ts';
import type { WatchedTarget } from '../targets/watched-target.ts';

/** Why a target is not current, with the evidence. */
export interface Diagnosis {
  readonly cause: CauseId;
  /** `deployment/shop → replicaset/shop-6f7c7 → pod/shop-6f7c7-x2x9k → container app` */
  readonly path: string;
  /** Reason, exit code and signal, restarts, message. */
  readonly evidence: string;
  readonly finding: Finding;
  /** Other warnings about the object, newest first. */
  readonly events: readonly ObjectEvent[];
  readonly lastLines?: LastLines;
  /** What to check or change. */
  readonly hint: string;
}

export type Diagnoses = ReadonlyMap<WatchedTarget, Diagnosis>;

const MAX_EVENTS = 5;
/** Containers whose last log lines are read. */
const MAX_LOGS = 3;

/** The first cause of each target that is not current, if one is known. */
export function diagnose(targets: readonly WatchedTarget[]): Diagnoses {
  return new Map(
    targets.flatMap((watched) => {
      const { status, findings } = watched.assessment;
      const first = status === 'current' ? undefined : (findings[0] ?? watched.heldUpBy);
      return first ? [[watched, diagnosisOf(watched, first)] as const] : [];
    }),
  );
}

function diagnosisOf(watched: WatchedTarget, finding: Finding): Diagnosis {
  const { target, object } = watched;
  const age = watched.ageOf(finding);
  const { evidence, cause } = finding;
  const { events } = target.cluster.view.relations(target.namespace);
  return {
    cause,
    path: pathToEvidence(object ?? evidence.object, finding),
    evidence: `${describeEvidence(evidence)}${age === undefined ? '' : ` (for ${formatDuration(age)})`}`,
    finding,
    events: otherWarnings(events(evidence.object), finding),
    hint: hintOf(finding),
  };
}

/** Warnings about the object and the container of a finding, each once, without the one that the evidence quotes. */
function otherWarnings(events: readonly ObjectEvent[], { evidence }: Finding): readonly ObjectEvent[] {
  const { container, message } = evidence;
  const warnings = events.filter(
    (event) =>
      event.type === 'Warning' &&
      event.message !== message &&
      (event.fieldPath === '' || container === undefined || event.fieldPath.includes(`{${container}}`)),
  );
  const unique = new Map([...warnings].reverse().map((event) => [`${event.reason} ${event.message}`, event]));
  return [...unique.values()].sort((a, b) => b.at - a.at).slice(0, MAX_EVENTS);
}

interface LastLinesRequest {
  /** The target whose containers come first. */
  readonly decisive: WatchedTarget | undefined;
  /** The most lines per container. */
  readonly lines: number;
  /** For all logs together, in ms. */
  readonly timeout: number;
}

/** Reads and logs the last lines of the failing containers, starting with the decisive target. */
export async function withLastLines(
  diagnoses: Diagnoses,
  { decisive, lines, timeout }: LastLinesRequest,
  runtime: Runtime,
): Promise<Diagnoses> {
  const { secrets, log } = runtime;
  const order = [...diagnoses].sort(([a], [b]) => Number(b === decisive) - Number(a === decisive)).slice(0, MAX_LOGS);
  const reads = order.map(async ([watched, { finding }]) => {
    const { client } = watched.target.cluster;
    return { watched, read: await withTimeout(lastLines(client, finding, lines, secrets), runtime, timeout) };
  });
  const complete = new Map(diagnoses);
  for (const { watched, read } of await Promise.all(reads)) {
    const diagnosis = diagnoses.get(watched);
    if (read instanceof Error)
      log.info(`The last lines of a container of ${watched.target.name} could not be read: ${read.message}`);
    else if (read && diagnosis) {
      complete.set(watched, { ...diagnosis, lastLines: read });
      await log.group(lastLinesTitle(read), async () => log.info(read.lines.map((line) => `  ${line}`).join('\n')));
    }
  }
  return complete;
}

/** `Last lines of container app in pod/shop-6f7c7-x2x9k` */
export function lastLinesTitle({ container, pod }: LastLines): string {
  return `Last lines of container ${container} in pod/${pod}`;
}

/** For the entries of output `resources`. */
export function diagnosisJson({ cause, path, evidence: text, finding, events, lastLines: last, hint }: Diagnosis) {
  const { object, container, part, reason, message, exitCode, signal, restarts, since } = finding.evidence;
  return {
    cause,
    path,
    object: `${object.kind}/${object.metadata.name}`,
    ...(container === undefined ? {} : { container, part }),
    reason,
    ...defined({ exitCode }),
    ...(signal === undefined ? {} : { signal: signalName(signal) }),
    ...defined({ restarts }),
    message,
    ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
    text,
    events: events.map((event) => ({
      at: new Date(event.at).toISOString(),
      reason: event.reason,
      message: event.message,
    })),
    ...(last ? { log: last.lines } : {}),
    hint,
  };
}
