import type { CauseId } from '../../kubernetes/failures/causes.ts';
import type { ClusterSelection } from './cluster/cluster.ts';
import type { RolloutInputs } from './inputs.ts';
import type { ExpectedRelease } from './targets/expected/expectations.ts';
import type { TargetSources } from './targets/find-targets.ts';

/** What this run will do, derived from the inputs before anything is sent. */
export interface RolloutPlan {
  readonly clusters: ClusterSelection;
  readonly targets: TargetSources;
  readonly expected: ExpectedRelease;
  /** How long the whole wait may take, in ms. */
  readonly timeout: number;
  /** How long all targets must stay current, in ms. */
  readonly stableFor: number;
  /** How long failure causes may last, in ms, if not for their default time. */
  readonly graces: ReadonlyMap<CauseId, number>;
  readonly onFailure: 'fail' | 'undo';
  /** How many of the last log lines of a failed container are shown. */
  readonly logLines: number;
  readonly dryRun: boolean;
}

export function planRollout(inputs: RolloutInputs): RolloutPlan {
  const { timeout, stableFor, onFailure, logs, dryRun } = inputs;
  return {
    clusters: {
      kubeconfig: inputs.kubeconfig,
      contexts: [...new Set(inputs.contexts)],
      namespaces: [...new Set(inputs.namespace)],
      timeout,
    },
    targets: {
      resources: inputs.resources,
      selector: inputs.selector,
      manifests: inputs.manifests,
      leftOut: { ignore: inputs.ignore, trustsArgoCd: inputs.trustHealth === 'argocd' },
      kustomize: { install: inputs.installTools, mirror: inputs.toolsMirror, timeout },
    },
    expected: planExpected(inputs),
    timeout,
    stableFor,
    graces: new Map(inputs.grace.map(({ cause, ms }) => [cause, ms])),
    onFailure,
    logLines: logs,
    dryRun,
  };
}

function planExpected(inputs: RolloutInputs): ExpectedRelease {
  const { revision, repository, token, registryUsername: username, registryPassword: password } = inputs;
  const github = repository !== undefined && token !== undefined ? { repository, token } : undefined;
  return {
    images: inputs.image,
    registry: {
      login: username && password ? { username, password } : undefined,
      insecure: inputs.insecureRegistries,
    },
    commit: revision === undefined ? undefined : { id: revision, github },
  };
}
