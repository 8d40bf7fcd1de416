import type { Secrets } from '../../action/secrets.ts';
import { ApiError } from '../api-error.ts';
import type { KubernetesClient } from '../client.ts';
import type { Finding } from '../doom/findings.ts';

export interface LastLines {
  readonly pod: string;
  readonly container: string;
  readonly lines: readonly string[];
}

const LONGEST_LINE = 500;

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
  const { object, container, source, restarts = 0 } = evidence;
  if (count === 0 || container === undefined || (source !== 'crash' && source !== 'probe')) return undefined;
  const request = { namespace: object.metadata.namespace, pod: object.metadata.name, container, tailLines: count };
  const read = async (previous: boolean) => {
    try {
      return await client.logs({ ...request, previous });
    } catch (thrown) {
      // The instance is gone, or was never there, or the account may not read logs: the verdict stands without.
      if (thrown instanceof ApiError) return '';
      throw thrown;
    }
  };
  const text = (source === 'crash' && restarts > 0 ? await read(true) : '') || (await read(false));
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const clean = lines.slice(-count).map((line) => printable(secrets.redact(line)).slice(0, LONGEST_LINE));
  return clean.length > 0 ? { pod: object.metadata.name, container, lines: clean } : undefined;
}

/** Without terminal sequences and control characters. */
function printable(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed.
  return line.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
}
