/** What a word of a status says: that it failed, that it isn't done, or that somebody stopped it. Undefined: none of these. */
export type Meaning = 'failed' | 'unfinished' | 'stopped';

/** Reads a word such as a phase, a state or a reason: `Provisioning`, `ConfigError`, `not-ready`, `ERROR, no such secret`. */
export function meaningOf(word: string): Meaning | undefined {
  const parts = partsOf(word);
  const [first = '', second = ''] = parts;
  if (NEGATIONS.has(first)) return FAILED.has(second) || second === '' ? undefined : 'unfinished';
  // A sentence says it in its first word.
  const read = parts.length > MAX_PARTS ? [first] : parts;
  if (DONE.has(read.at(-1) ?? '')) return undefined;
  if (read.some((part) => FAILED.has(part))) return 'failed';
  if (read.some((part) => STOPPED.has(part))) return 'stopped';
  return read.some((part) => UNFINISHED.has(part) || isActivity(part)) ? 'unfinished' : undefined;
}

/** Reads the type of a condition. As in a word, but an activity must end it: `Progressing` and `ScalingUp`, not `ScalingLimited`. */
export function meaningOfType(type: string): Meaning | undefined {
  const parts = partsOf(type);
  if (NEGATIONS.has(parts[0] ?? '')) return parts[0] === 'no' ? undefined : 'unfinished';
  const last = parts.at(-1) ?? '';
  if (DONE.has(last)) return undefined;
  if (parts.some((part) => FAILED.has(part))) return 'failed';
  if (STOPPED.has(last)) return 'stopped';
  const activity = DIRECTIONS.has(last) ? (parts.at(-2) ?? '') : last;
  return UNFINISHED.has(activity) || isActivity(activity) ? 'unfinished' : undefined;
}

/** Whether a part of a status is about earlier times, by its name: `history`, `lastBackup`. */
export function isOfThePast(key: string): boolean {
  return /history|histories|previous|last|past|old|backup|attempt|event|recent/i.test(key);
}

/** Whether a condition of this type must be True: `Ready`, `DatabaseReady`, `FolderSynchronized`, `ResolvedRefs`. */
export function isPositive(type: string): boolean {
  const parts = partsOf(type).filter((part) => part !== 'refs');
  return !NEGATIONS.has(parts[0] ?? '') && DONE.has(parts.at(-1) ?? '');
}

/** `ConfigError` → config, error; `IN_PROGRESS` → in, progress. */
function partsOf(word: string): readonly string[] {
  return word
    .slice(0, MAX_LENGTH)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
}

const MAX_LENGTH = 200;
const MAX_PARTS = 5;

/** Whether a word names something that goes on, and will end: not `Running`, which a server may do forever. */
function isActivity(part: string): boolean {
  return part.length > 4 && part.endsWith('ing') && !STEADY.has(part);
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

const NEGATIONS = words('not no non un out');
const DIRECTIONS = words('up down out in back');

const DONE = words(
  `ready available succeeded success successful successfully healthy synced synchronized accepted programmed valid validated
  reconciled configured deployed established installed initialized complete completed resolved provisioned admitted registered
  applied created bound ok connected attached advertised adopted compliant deployed finished done published`,
);

const FAILED = words(
  `failed failing failure failures fail error errors errored invalid abnormal degraded unhealthy broken crashed crash aborted rejected
  denied forbidden unauthorized misconfigured orphan orphaned conflict conflicted conflicting stalled terminal exceeded timeout
  timedout fatal faulty lost unrecoverable unsupported violated violations red rolledback noncompliant unreachable err canceled cancelled`,
);

const STOPPED = words('paused suspended halted hibernated');

const UNFINISHED = words('pending progress queued unknown unready unavailable initial notready unsynced');

const STEADY = words(
  'running serving listening monitoring watching existing following replicating streaming tracking polling leading working warning string ring',
);
