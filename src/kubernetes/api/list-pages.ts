import { backoffDelay } from '../../core/backoff.ts';
import type { Clock } from '../../core/clock.ts';
import { listAt, stringAt } from '../../json/json.ts';
import { ApiError } from './api-error.ts';

interface ListRequest<Item> {
  /** @param continueToken empty for the first page */
  readonly page: (continueToken: string) => Promise<unknown>;
  /** Items that it doesn't know are left out. */
  readonly readItem: (item: unknown) => Item | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Objects that are asked for at a time. */
export const PAGE_SIZE = 500;
/** A list of a million objects, in full pages. Nothing else here could hold it. */
const MAX_PAGES = 2000;
/** How often a list is read again from its first page because it expired. */
const MAX_RESTARTS = 3;
/** Before a restart, in ms. */
const RESTART = { firstDelay: 500, maxDelay: 8000 };
/** After a page that isn't full although the list goes on, in ms: few servers do that, and none for long. */
const PAUSE = { firstDelay: 100, maxDelay: 2000 };

/**
 * Reads a list page by page. A list that expires meanwhile is read again from the start, as the API conventions require.
 * @throws ApiError, also for a list that has no end or expires every time.
 */
export async function listPages<Item>({ page, readItem, clock, signal }: ListRequest<Item>) {
  let items: Item[] = [];
  let continueToken = '';
  let [restarts, thinPages] = [0, 0];
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const read = await page(continueToken).catch((thrown: unknown) => {
      const hasExpired = thrown instanceof ApiError && thrown.isExpired && continueToken !== '';
      if (hasExpired && restarts < MAX_RESTARTS) return undefined;
      throw thrown;
    });
    if (read === undefined) {
      [items, continueToken] = [[], ''];
      await clock.sleep(backoffDelay(RESTART, restarts), signal);
      restarts += 1;
      continue;
    }
    const found = listAt(read, 'items');
    for (const item of found) {
      const known = readItem(item);
      if (known !== undefined) items.push(known);
    }
    const next = stringAt(read, 'metadata', 'continue') ?? '';
    if (next === '') return { items, resourceVersion: stringAt(read, 'metadata', 'resourceVersion') ?? '' };
    if (next === continueToken) throw endless('the server sends the same page again and again');
    continueToken = next;
    if (found.length >= PAGE_SIZE) continue;
    await clock.sleep(backoffDelay(PAUSE, thinPages), signal);
    thinPages += 1;
  }
  throw endless(`the list has more than ${MAX_PAGES} pages`);
}

function endless(message: string): ApiError {
  return new ApiError({ status: 500, reason: '', message });
}
