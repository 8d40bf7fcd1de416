import { defined } from '../../../core/defined.ts';
import type { Context } from '../../../entry/context.ts';
import type { CauseId } from '../../../kubernetes/failures/causes.ts';
import { describeEvidence, hintOf, pathToEvidence, signalName } from '../../../kubernetes/failures/describe.ts';
import type { Finding } from '../../../kubernetes/failures/findings.ts';
import type { ObjectEvent } from '../../../kubernetes/objects/relations.ts';
import { type LastLines, lastLines } from '../../../kubernetes/rollout/evidence-logs.ts';
import { beside } from '../cluster/beside.ts';
import type { contract } from '../contract.ts';
import type { Watched } from '../watched.ts';

/** What is wrong with a target, as a person would have dug it out. */
export interface Diagnosis {
  readonly cause: CauseId;
  /** `deployment/shop → replicaset/shop-6f7c7 → pod/shop-6f7c7-x2x9k → container app` */
  readonly path: string;
  /** Reason, exit code and signal, restarts, message. */
  readonly evidence: string;
  readonly finding: Finding;
  /** What else was told about the object, newest first. */
  readonly events: readonly ObjectEvent[];
  readonly lastLines?: LastLines;
  /** What to check or change. */
  readonly hint: string;
}

export type Diagnoses = ReadonlyMap<Watched, Diagnosis>;

/** So many events of an object are told. */
const EVENTS = 5;
/** The last lines of so many containers are read. */
const READ = 3;

/** The first cause of each target that is not current, as far as one is known. */
export function diagnose(targets: readonly Watched[]): Diagnoses {
  return new Map(
    targets.flatMap((watched) => {
      const [first] = watched.assessment.status === 'current' ? [] : watched.assessment.findings;
      return first ? [[watched, diagnosisOf(watched, first)] as const] : [];
    }),
  );
}

function diagnosisOf({ target, object }: Watched, finding: Finding): Diagnosis {
  const { evidence, cause } = finding;
  const { events } = target.cluster.view.relations(target.namespace);
  return {
    cause,
    path: pathToEvidence(object ?? evidence.object, finding),
    evidence: describeEvidence(evidence),
    finding,
    events: notable(events(evidence.object), finding),
    hint: hintOf(finding),
  };
}

/** Warnings about the object and this container of it, each once, but for what the evidence says already. */
function notable(events: readonly ObjectEvent[], { evidence }: Finding): readonly ObjectEvent[] {
  const { container, message } = evidence;
  const own = events.filter(
    (event) =>
      event.type === 'Warning' &&
      event.message !== message &&
      (event.fieldPath === '' || container === undefined || event.fieldPath.includes(`{${container}}`)),
  );
  const once = new Map([...own].reverse().map((event) => [`${event.reason} ${event.message}`, event]));
  return [...once.values()].sort((a, b) => b.at - a.at).slice(0, EVENTS);
}

/** Reads, and logs, the last lines of the containers that are at fault, the decisive target's first. */
export async function withLastLines(
  diagnoses: Diagnoses,
  decisive: Watched | undefined,
  context: Context<typeof contract>,
): Promise<Diagnoses> {
  const { inputs, secrets, log } = context;
  const order = [...diagnoses].sort(([a], [b]) => Number(b === decisive) - Number(a === decisive)).slice(0, READ);
  const read = order.map(async ([watched, { finding }]) => {
    const { client } = watched.target.cluster;
    return { watched, found: await beside(lastLines(client, finding, inputs.logs, secrets), context) };
  });
  const complete = new Map(diagnoses);
  for (const { watched, found } of await Promise.all(read)) {
    const diagnosis = diagnoses.get(watched);
    if (found instanceof Error)
      log.info(`The last lines of a container of ${watched.target.name} could not be read: ${found.message}`);
    else if (found && diagnosis) {
      complete.set(watched, { ...diagnosis, lastLines: found });
      await log.group(titleOf(found), async () => log.info(found.lines.map((line) => `  ${line}`).join('\n')));
    }
  }
  return complete;
}

/** `Last lines of container app in pod/shop-6f7c7-x2x9k` */
export function titleOf({ container, pod }: LastLines): string {
  return `Last lines of container ${container} in pod/${pod}`;
}

/** A diagnosis in the output `resources`. */
export function jsonOf({ cause, path, evidence: text, finding, events, lastLines: last, hint }: Diagnosis) {
  const { object, container, part, reason, message, exitCode, signal, restarts } = finding.evidence;
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
