import { at, numberAt, stringAt } from '../../../json/json.ts';
import type { KubernetesObject } from '../../objects/object.ts';
import { wellKnown } from '../../objects/well-known.ts';
import { portion } from '../../pods/pod-set.ts';
import type { KindRule } from '../rule/kind-rule.ts';
import { podsByHash } from './pod-hash.ts';

/** The rule of `kubectl rollout status`, and every pod must be ready. OnDelete is handled as in a StatefulSet. */
export const daemonSet: KindRule = {
  group: 'apps',
  kind: 'DaemonSet',
  describe: {
    current:
      'updated, ready and available on every matching node (if no node matches it is current, and the message says so)',
    stopped: 'paused: `OnDelete`, and pods of the previous revision are left',
  },
  writesObservedGeneration: true,
  judge(object) {
    const desired = numberAt(object, 'status', 'desiredNumberScheduled') ?? 0;
    const updated = numberAt(object, 'status', 'updatedNumberScheduled') ?? 0;
    const available = numberAt(object, 'status', 'numberAvailable') ?? 0;
    const ready = numberAt(object, 'status', 'numberReady') ?? 0;
    const counts = { ready, total: desired };
    if (stringAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete' && updated < desired && ready >= desired)
      return {
        status: 'paused',
        message: `${updated}/${desired} updated; with updateStrategy OnDelete, somebody must delete the old pods`,
        ...counts,
      };
    const missing = [
      ...(updated < desired ? [`${updated}/${desired} updated`] : []),
      ...(ready < desired ? [`${ready}/${desired} ready`] : []),
      ...(ready >= desired && available < desired ? [`${available}/${desired} available`] : []),
    ];
    if (missing.length > 0) return { status: 'progressing', message: missing.join(', '), ...counts };
    return {
      status: 'current',
      message: desired === 0 ? 'no node matches: 0 pods to run' : `${ready}/${desired} updated and available`,
      ...counts,
    };
  },
  workload: {
    reads: [wellKnown.controllerRevisions, wellKnown.pods],
    pods(object, relations) {
      const desired = numberAt(object, 'status', 'desiredNumberScheduled') ?? 0;
      return {
        ...podsByHash(object, relations, latestHash(relations.ownedBy(object, wellKnown.controllerRevisions))),
        creators: [object],
        desired,
        maxUnavailable: portion(at(object, 'spec', 'updateStrategy', 'rollingUpdate', 'maxUnavailable'), desired, 0),
        countsAttempts: false,
      };
    },
  },
};

function latestHash(revisions: readonly KubernetesObject[]): string {
  const [latest] = [...revisions].sort((a, b) => (numberAt(b, 'revision') ?? 0) - (numberAt(a, 'revision') ?? 0));
  return latest?.metadata.labels['controller-revision-hash'] ?? latest?.metadata.name ?? '';
}
