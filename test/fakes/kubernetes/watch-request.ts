import { selectionOf, versionProblem } from './list.ts';
import { isTrue } from './logs.ts';
import { Refusal } from './status.ts';
import type { Target } from './target.ts';
import type { WatchRequest } from './watch.ts';

/** The parameters of a watch. @throws Refusal 422, 500 */
export function watchRequestOf(
  { type, namespace, name }: Target,
  query: URLSearchParams,
  features: { readonly bookmarks: boolean; readonly streamingLists: boolean; readonly isPartial: boolean },
): WatchRequest {
  if (name !== '') query.set('fieldSelector', `metadata.name=${name}`);
  const timeout = query.get('timeoutSeconds');
  const resourceVersion = query.get('resourceVersion') ?? '';
  const problem = versionProblem(resourceVersion);
  if (problem !== undefined) throw new Refusal(500, '', problem);
  return {
    type,
    namespace,
    selects: selectionOf(query, type),
    resourceVersion,
    allowBookmarks: features.bookmarks && isTrue(query.get('allowWatchBookmarks')),
    timeoutSeconds: timeout === null ? undefined : Number(timeout),
    isPartial: features.isPartial,
    sendsInitialEvents: sendsInitialEvents(query, features.streamingLists),
  };
}

/** @throws Refusal 422 for contradictory parameters, and for parameters that older servers don't know. */
function sendsInitialEvents(query: URLSearchParams, isKnown: boolean): boolean {
  const refuse = (what: string, why: string): never => {
    throw new Refusal(422, 'Invalid', `ListOptions.meta.k8s.io "" is invalid: ${what}: Forbidden: ${why}`);
  };
  const match = query.get('resourceVersionMatch');
  if (!query.has('sendInitialEvents')) {
    if (match !== null)
      refuse(
        'resourceVersionMatch',
        'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
      );
    return false;
  }
  if (!isKnown)
    refuse(
      'sendInitialEvents',
      'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
    );
  if (match !== 'NotOlderThan')
    refuse('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
  return isTrue(query.get('sendInitialEvents')) && isTrue(query.get('allowWatchBookmarks'));
}
