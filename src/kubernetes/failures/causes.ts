import { parseDuration } from '../../core/duration.ts';
import type { Cause, Pattern } from './cause.ts';
import { containerCauses } from './container-causes.ts';
import type { Evidence } from './evidence.ts';
import { holdUpCauses } from './hold-up-causes.ts';
import { imageCauses } from './image-causes.ts';
import { podCauses } from './pod-causes.ts';
import { statusCauses } from './status-causes.ts';

/** Every cause of failure. Evidence is compared with them in this order. */
export const causes = { ...imageCauses, ...containerCauses, ...podCauses, ...statusCauses, ...holdUpCauses } as const;

export type CauseId = keyof typeof causes;

/** The causes that an object's own status can report. */
export type StatusCauseId = keyof typeof statusCauses;

export function isCauseId(word: string): word is CauseId {
  return Object.hasOwn(causes, word);
}

export const causeIds: readonly CauseId[] = Object.keys(causes).filter(isCauseId);

/** The causes that only the diagnosis of a wait that ran out of time names. They fail nothing, so they have no grace. */
export const holdUpIds: readonly CauseId[] = causeIds.filter((id) => Object.hasOwn(holdUpCauses, id));

/** The causes that can fail a rollout. */
export const failureIds: readonly CauseId[] = causeIds.filter((id) => !holdUpIds.includes(id));

export function causeOf(id: CauseId): Cause {
  return causes[id];
}

/** The first cause that matches the evidence. */
export function causeOfEvidence(evidence: Evidence): CauseId | undefined {
  return causeIds.find((id) => causeOf(id).when?.some((pattern) => matches(pattern, evidence)));
}

function matches({ source, reason, message, exitCode, part }: Pattern, evidence: Evidence): boolean {
  return (
    source === evidence.source &&
    (reason?.test(evidence.reason) ?? true) &&
    (message?.test(evidence.message) ?? true) &&
    (exitCode === undefined || exitCode === evidence.exitCode) &&
    (part === undefined || part === evidence.part)
  );
}

/** Reads `crash-loop=30s`: a cause with the grace that a user gives it. */
export function parseGrace(line: string): { readonly cause: CauseId; readonly ms: number } | undefined {
  const [name = '', text = ''] = line.split('=').map((part) => part.trim());
  const ms = parseDuration(text);
  return isCauseId(name) && failureIds.includes(name) && ms !== undefined ? { cause: name, ms } : undefined;
}
