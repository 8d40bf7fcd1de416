import { type KubernetesObject, shortName } from '../objects/object.ts';
import { causeOf } from './causes.ts';
import type { Evidence } from './evidence.ts';
import type { Finding } from './findings.ts';

/** `deployment/shop → replicaset/shop-6f7c7 → pod/shop-6f7c7-x2x9k → container app`: the way down to the trouble. */
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
    ...(restarts ? [`${restarts} restart${restarts === 1 ? '' : 's'}`] : []),
  ].join(', ');
  return [reason, ending, message.replace(/\s+/g, ' ').trim()].filter((part) => part !== '').join('  ');
}

/** By the numbers of Linux, which the nodes run on. */
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

/** What some exit codes say by themselves. */
const EXITS: Readonly<Record<number, string>> = {
  126: 'Code 126: the command is there, but can not be executed.',
  127: 'Code 127: the command was not found in the image.',
  134: 'Code 134: the program has aborted itself.',
  137: 'Code 137: it was killed from outside, by its node or by a person.',
  139: 'Code 139: the program read or wrote memory that is not its own.',
  143: 'Code 143: it was asked to stop (SIGTERM) while it started.',
};

/** What to check or change, as far as the cause and the exit code tell. */
export function hintOf({ cause, evidence: { exitCode } }: Finding): string {
  const said = cause === 'crash-loop' || cause === 'init-failed' ? EXITS[exitCode ?? 0] : undefined;
  return [...(said ? [said] : []), causeOf(cause).hint].join(' ');
}
