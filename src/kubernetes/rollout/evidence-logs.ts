import type { Secrets } from '../../core/secrets.ts';
import { at } from '../../json/json.ts';
import { ApiError } from '../api/api-error.ts';
import type { KubernetesClient } from '../api/client.ts';
import type { EvidenceSource } from '../failures/evidence.ts';
import type { Finding } from '../failures/findings.ts';
import type { KubernetesObject } from '../objects/object.ts';
import { containersOf } from '../pods/containers.ts';

export interface LastLines {
  readonly pod: string;
  readonly container: string;
  readonly lines: readonly string[];
}

const LONGEST_LINE = 500;
/** The sources of evidence about a container that runs or ran. */
const LOGGED: readonly EvidenceSource[] = ['crash', 'probe', 'hold-up'];

/** The kubelet sends this with status 200 for a container that it has removed. */
const REMOVED = /^unable to retrieve container logs for /;

/**
 * The last log lines of the container in a finding: of the crashed instance if there is one, otherwise of the running one.
 * @param count the most lines to return. @returns undefined if there are none, or the account may not read logs.
 */
export async function lastLines(
  client: KubernetesClient,
  { evidence }: Finding,
  count: number,
  secrets: Secrets,
): Promise<LastLines | undefined> {
  const { object, container, source } = evidence;
  if (count === 0 || container === undefined || !LOGGED.includes(source)) return undefined;
  const request = { namespace: object.metadata.namespace, pod: object.metadata.name, container, tailLines: count };
  const read = async (previous: boolean) => {
    try {
      const log = await client.logs({ ...request, previous });
      return REMOVED.test(log) ? '' : log;
    } catch (thrown) {
      // The instance no longer exists, or the account may not read logs. The verdict doesn't depend on them.
      if (thrown instanceof ApiError) return '';
      throw thrown;
    }
  };
  const wasRestarted = source === 'crash' && isRunning(object, container);
  const text = (await read(wasRestarted)) || (source === 'crash' ? await read(!wasRestarted) : '');
  // Before the text is split and cut, because a private key has several lines.
  const lines = secrets
    .redact(printable(text))
    .split('\n')
    .filter((line) => line.trim() !== '');
  const clean = lines.slice(-count).map((line) => line.slice(0, LONGEST_LINE));
  return clean.length > 0 ? { pod: object.metadata.name, container, lines: clean } : undefined;
}

/**
 * Whether the container runs, so that the crashed instance is the previous one. Until a crashed container is restarted, the kubelet
 * returns its log as that of the current instance, and has already removed the one before.
 */
function isRunning(pod: KubernetesObject, container: string): boolean {
  const status = containersOf(pod).find(({ name }) => name === container)?.status;
  return at(status, 'state', 'running') !== undefined;
}

/** Colors and the like, links, and character sets (ECMA-48). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are removed.
const TERMINAL = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b\n]*(?:\u0007|\u001b\\)|[()][0-9A-Z])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are removed.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** Removes terminal sequences and control characters. Line breaks stay, as `\n`. */
function printable(text: string): string {
  return text.replace(TERMINAL, '').replace(CONTROL, '');
}
