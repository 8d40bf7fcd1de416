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
  /** For all attempts together, in ms. Default, and at most, five minutes. */
  readonly timeout?: number;
}

const TIMEOUT = 5 * 60_000;
/** The limit for a download, in bytes. */
const MAX_DOWNLOAD = 192 * 2 ** 20;

/**
 * Downloads a file into memory. Not `downloadTool` of @actions/tool-cache: it can't be cancelled (after HTTP 500 it sleeps twice for 10 to
 * 20 s, and a server that doesn't respond blocks it for nine minutes), has no size limit, and bypasses the log.
 * @throws ActionError `tool-download-failed`
 */
export async function download(title: string, url: string, options: DownloadOptions): Promise<Uint8Array> {
  const { http, clock, log, signal } = options;
  const timeout = Math.min(options.timeout ?? TIMEOUT, TIMEOUT);
  const deadline = AbortSignal.timeout(timeout);
  const transport = withRetries(withBufferedBodies(await http.open(), MAX_DOWNLOAD), {
    clock,
    retries: 3,
    firstDelay: 1000,
    maxDelay: 10_000,
    onRetry: ({ reason, waitMs }) => log.info(`  ${url}: ${reason}; trying again in ${formatDuration(waitMs)}`),
  });
  try {
    const limits = { signal: AbortSignal.any([signal, deadline]), idleTimeout: 30_000 };
    const response = await transport.send({ url, redirects: 5, ...limits });
    if (response.ok) return await response.bytes(MAX_DOWNLOAD);
    throw failed(title, `${url} responded with HTTP ${response.status}`);
  } catch (thrown) {
    signal.throwIfAborted();
    if (deadline.aborted) throw failed(title, `${url} did not deliver it within ${formatDuration(timeout)}`);
    if (thrown instanceof NetworkError) throw failed(title, messageOf(thrown), thrown);
    throw thrown;
  }
}

function failed(title: string, reason: string, cause?: unknown): ActionError {
  return new ActionError({
    code: 'tool-download-failed',
    message: `Can't download ${title}: ${reason}.`,
    remedy: 'Allow the runner to reach this URL, use a mirror, or install the tool in an earlier step.',
    cause,
  });
}
