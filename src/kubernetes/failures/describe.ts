import { counted } from '../../core/counted.ts';
import { type KubernetesObject, shortName } from '../objects/object.ts';
import { causeOf } from './causes.ts';
import type { Evidence } from './evidence.ts';
import type { Finding } from './findings.ts';

/** The path from the target to the object with the problem: `deployment/shop → replicaset/shop-6f7c7 → pod/shop-6f7c7-x2x9k → container app`. */
export function pathToEvidence(target: KubernetesObject, { evidence }: Finding): string {
  const { object, container, part = 'container', claim } = evidence;
  const owner = object.metadata.owners.find(({ controller }) => controller);
  const between =
    owner && owner.uid !== target.metadata.uid && object.kind === 'Pod'
      ? [`${owner.kind.toLowerCase()}/${owner.name}`]
      : [];
  const own = object.metadata.uid === target.metadata.uid ? [] : [...between, shortName(object)];
  const inside = [...(container ? [`${part} ${container}`] : []), ...(claim ? [`persistentvolumeclaim/${claim}`] : [])];
  return [shortName(target), ...own, ...inside].join(' → ');
}

/** `OOMKilled  exit code 137 (SIGKILL), 4 restarts`, `ImagePullBackOff  …: not found`. */
export function describeEvidence({ reason, message, exitCode, signal, restarts }: Evidence): string {
  const ending = [
    ...(exitCode === undefined
      ? []
      : [`exit code ${exitCode}${signal === undefined ? '' : ` (${signalName(signal)})`}`]),
    ...(restarts ? [counted(restarts, 'restart')] : []),
  ].join(', ');
  return [reason, ending, message.replace(/\s+/g, ' ').trim()].filter((part) => part !== '').join('  ');
}

/** Signal numbers of Linux, the system of the nodes. */
const SIGNALS: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  15: 'SIGTERM',
};

export function signalName(signal: number): string {
  return SIGNALS[signal] ?? `signal ${signal}`;
}

/** What well-known exit codes mean. */
const EXIT_CODES: Readonly<Record<number, string>> = {
  126: "Exit code 126: the command exists but can't be executed.",
  127: 'Exit code 127: the image has no such command.',
  134: 'Exit code 134: the program aborted itself (SIGABRT).',
  137: 'Exit code 137: the node or a person killed the program (SIGKILL).',
  139: 'Exit code 139: the program accessed invalid memory (SIGSEGV).',
  143: 'Exit code 143: the program was told to stop (SIGTERM) while it was starting.',
};

/** What to check or change, from the cause and the exit code. */
export function hintOf({ cause, evidence: { exitCode, hint } }: Finding): string {
  if (hint !== undefined) return hint;
  const meaning = cause === 'crash-loop' || cause === 'init-failed' ? EXIT_CODES[exitCode ?? 0] : undefined;
  return [...(meaning ? [meaning] : []), causeOf(cause).hint].join(' ');
}
