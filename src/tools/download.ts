import type { Clock } from '../core/clock.ts';
import { formatDuration } from '../core/duration.ts';
import { ActionError, messageOf } from '../core/error.ts';
import type { Log } from '../core/log.ts';
import { NetworkError } from '../http/error.ts';
import type { Http } from '../http/http.ts';
import { withBufferedBodies, withRetries } from '../http/retry.ts';

export interface DownloadOptions {
  readonly http: Http;
  readonly clock: Clock;
  readonly log: Pick<Log, 'info'>;
  readonly signal: AbortSignal;
  /** Longest download in ms, with all attempts. Default five minutes. */
  readonly timeout?: number;
}

const TIMEOUT = 5 * 60_000;
/** No tool is larger, in bytes. */
const LARGEST = 192 * 2 ** 20;

/**
 * Downloads a file whole. The package's own `downloadTool` can't be stopped: after a server that answers 500 it sleeps twice for 10 to
 * 20 s on timers that keep a cancelled step alive until the runner kills it, and a server that does not answer holds it for nine
 * minutes; it knows no limit of size, and prints past the log.
 * @throws ActionError `tool-download-failed`
 */
export async function download(title: string, url: string, world: DownloadOptions): Promise<Uint8Array> {
  const { http, clock, log, signal, timeout = TIMEOUT } = world;
  const late = AbortSignal.timeout(timeout);
  const transport = withRetries(withBufferedBodies(await http.open(), LARGEST), {
    clock,
    retries: 3,
    firstDelay: 1000,
    maxDelay: 10_000,
    onRetry: ({ reason, waitMs }) => log.info(`  ${url}: ${reason}; again in ${formatDuration(waitMs)}`),
  });
  try {
    const bounds = { signal: AbortSignal.any([signal, late]), idleTimeout: 30_000 };
    const response = await transport.send({ url, redirects: 5, ...bounds });
    if (response.ok) return await response.bytes(LARGEST);
    throw failed(title, `${url} answered HTTP ${response.status}`);
  } catch (thrown) {
    signal.throwIfAborted();
    if (late.aborted) throw failed(title, `${url} did not give it within ${formatDuration(timeout)}`);
    if (thrown instanceof NetworkError) throw failed(title, messageOf(thrown), thrown);
    throw thrown;
  }
}

function failed(title: string, why: string, cause?: unknown): ActionError {
  return new ActionError({
    code: 'tool-download-failed',
    message: `${title} could not be downloaded: ${why}.`,
    remedy: 'Let the runner reach it, name a mirror that it can reach, or install the tool in an earlier step.',
    cause,
  });
}
