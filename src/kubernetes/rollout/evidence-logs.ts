import type { Secrets } from '../../core/secrets.ts';
import { at } from '../../json/json.ts';
import { ApiError } from '../api/api-error.ts';
import type { KubernetesClient } from '../api/client.ts';
import type { Finding } from '../failures/findings.ts';
import type { KubernetesObject } from '../objects/object.ts';
import { containersOf } from '../pods/containers.ts';

export interface LastLines {
  readonly pod: string;
  readonly container: string;
  readonly lines: readonly string[];
}

const LONGEST_LINE = 500;

/** With this, and status 200, a kubelet answers for an instance that it has removed. */
const GONE = /^unable to retrieve container logs for /;

/**
 * The last lines of the container that a finding is about: of the instance that crashed where there is one, else of the running one.
 * @param count at most so many lines. @returns undefined where there are none, or the account may not read them.
 */
export async function lastLines(
  client: KubernetesClient,
  { evidence }: Finding,
  count: number,
  secrets: Secrets,
): Promise<LastLines | undefined> {
  const { object, container, source } = evidence;
  if (count === 0 || container === undefined || (source !== 'crash' && source !== 'probe')) return undefined;
  const request = { namespace: object.metadata.namespace, pod: object.metadata.name, container, tailLines: count };
  const read = async (previous: boolean) => {
    try {
      const log = await client.logs({ ...request, previous });
      return GONE.test(log) ? '' : log;
    } catch (thrown) {
      // The instance is gone, or was never there, or the account may not read logs: the verdict stands without.
      if (thrown instanceof ApiError) return '';
      throw thrown;
    }
  };
  const crashedBefore = source === 'crash' && runsAgain(object, container);
  const text = (await read(crashedBefore)) || (source === 'crash' ? await read(!crashedBefore) : '');
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const clean = lines.slice(-count).map((line) => printable(secrets.redact(line)).slice(0, LONGEST_LINE));
  return clean.length > 0 ? { pod: object.metadata.name, container, lines: clean } : undefined;
}

/**
 * Whether the instance that runs is not the one that crashed. Of one that has ended, or waits to be started again, the kubelet
 * gives the log as that of the current instance; the one before it is removed by then.
 */
function runsAgain(pod: KubernetesObject, container: string): boolean {
  const status = containersOf(pod).find(({ name }) => name === container)?.status;
  return at(status, 'state', 'running') !== undefined;
}

/** Without terminal sequences and control characters. */
function printable(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed.
  return line.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
}
