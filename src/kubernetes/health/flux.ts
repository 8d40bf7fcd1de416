import { booleanAt, listAt, stringAt } from '../../json/json.ts';
import { conditionOf } from '../object.ts';
import { byConditions } from './by-conditions.ts';
import type { KindRule } from './rule.ts';

/** Reasons of Ready=False that Flux itself works on: another object must come first, or the next attempt is on its way. */
const PASSING = [
  'DependencyNotReady',
  'Progressing',
  'ProgressingWithRetry',
  'ArtifactFailed',
  'SourceNotReady',
  'Unknown',
];

/** Flux retries for ever, so only `Stalled` is final by its own word; a failed attempt counts as failed after a grace. */
function fluxRule(group: string, kind: string): KindRule {
  return {
    group: `${group}.toolkit.fluxcd.io`,
    kind,
    judge(object) {
      if (booleanAt(object, 'spec', 'suspend'))
        return { status: 'suspended', message: 'it is suspended (spec.suspend)' };
      const verdict = byConditions(object);
      const ready = conditionOf(object, 'Ready');
      if (ready === undefined && verdict.status === 'current')
        return { status: 'progressing', message: 'not yet reconciled' };
      if (verdict.status !== 'progressing' || ready?.status !== 'False' || PASSING.includes(ready.reason))
        return verdict;
      if (conditionOf(object, 'Reconciling')?.reason === 'Progressing') return verdict;
      return { status: 'failed', cause: 'reconcile-failed', message: `${ready.reason}: ${ready.message}` };
    },
    delivery: {
      delivered(object) {
        const one = (...path: string[]) => {
          const text = stringAt(object, ...path);
          return text ? [text] : [];
        };
        const artifact = one('status', 'artifact', 'revision');
        const history = listAt(object, 'status', 'history');
        return {
          applied: [...one('status', 'lastAppliedRevision'), ...artifact],
          attempted: [...one('status', 'lastAttemptedRevision'), ...artifact],
          earlier: history.flatMap(
            (entry) => stringAt(entry, 'metadata', 'revision') ?? stringAt(entry, 'revision') ?? [],
          ),
        };
      },
    },
  };
}

export const flux: readonly KindRule[] = [
  fluxRule('kustomize', 'Kustomization'),
  fluxRule('helm', 'HelmRelease'),
  fluxRule('source', 'GitRepository'),
  fluxRule('source', 'OCIRepository'),
  fluxRule('source', 'HelmRepository'),
  fluxRule('source', 'HelmChart'),
  fluxRule('source', 'Bucket'),
];
