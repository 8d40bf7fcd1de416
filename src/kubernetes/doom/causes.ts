import { parseDuration } from '../../action/duration.ts';
import type { Evidence } from './evidence.ts';

/** Why a rollout fails. Data only: a new cause is an entry here and a row in the tests. */
export interface Cause {
  /** What the workload's sentence ends with: `deployment/shop can't become ready: its image does not exist`. */
  readonly says: string;
  /** What to check or change, in a sentence or two. */
  readonly hint: string;
  /** How long it must have lasted before it counts, in ms; `transient` never counts, it is only shown. */
  readonly grace: number | 'transient';
  /** A container that ran and ended: where a controller counts attempts by itself (a Job), that is not yet the end. */
  readonly isAttempt?: true;
  /** The evidence that names it; causes are tried in their order here. None: told by a kind's own status. */
  readonly when?: readonly Pattern[];
}

interface Pattern {
  readonly source: Evidence['source'];
  readonly reason?: RegExp;
  readonly message?: RegExp;
  readonly exitCode?: number;
  readonly init?: true;
}

const PULL = /^(ErrImagePull|ImagePullBackOff|RegistryUnavailable|ImageInspectError|ErrImageNeverPull)$/;
const s = (seconds: number) => seconds * 1000;

export const causes = {
  'image-name-invalid': {
    says: 'its image name is not valid',
    hint: 'Correct the image field: registry/repository:tag or @sha256:… in lower case.',
    grace: 0,
    when: [{ source: 'waiting', reason: /^InvalidImageName$/ }],
  },
  'image-rate-limited': {
    says: 'the registry limits its pulls',
    hint: 'Log in to the registry with an imagePullSecret, or pull through a mirror.',
    grace: 'transient',
    when: [{ source: 'waiting', reason: PULL, message: /toomanyrequests|429 too many|rate limit|pull QPS exceeded/i }],
  },
  'image-platform': {
    says: "its image is not built for the node's platform",
    hint: 'Build the image for the platform of the nodes (`platforms: linux/amd64,linux/arm64`), or choose nodes by kubernetes.io/arch.',
    grace: 0,
    when: [
      { source: 'waiting', reason: PULL, message: /no match for platform|no matching manifest/i },
      { source: 'waiting', message: /exec format error/i },
      { source: 'crash', message: /exec format error/i },
    ],
  },
  'image-unauthorized': {
    says: 'the registry does not let the node pull its image',
    hint: 'Check the imagePullSecrets of the pod or its service account: the secret must be in this namespace, name this registry and be valid. Some registries also answer so where the image does not exist.',
    grace: s(10),
    when: [
      {
        source: 'waiting',
        reason: PULL,
        message:
          /\b401\b|\b403\b|unauthorized|authentication required|forbidden|access denied|denied: |no basic auth credentials|insufficient_scope|authorization failed/i,
      },
    ],
  },
  'image-not-found': {
    says: 'its image does not exist',
    hint: 'The tag or digest is not in the registry. Was the push skipped, or is the GitOps change ahead of the build?',
    grace: s(4),
    when: [
      {
        source: 'waiting',
        reason: PULL,
        message: /not found|manifest unknown|name unknown|does not exist|no such image|not present with pull policy/i,
      },
    ],
  },
  'registry-unreachable': {
    says: 'the node does not reach the registry of its image',
    hint: "Check the registry host in the image name, and the node's DNS, proxy and firewall.",
    grace: s(120),
    when: [
      {
        source: 'waiting',
        reason: PULL,
        message:
          /dial tcp|i\/o timeout|no such host|connection refused|connection reset|TLS handshake|x509|deadline exceeded|EOF|server gave HTTP response|\b50[0-9]\b/i,
      },
    ],
  },
  'image-pull-failed': {
    says: 'its image can not be pulled',
    hint: "Read the node's message: it tells what the registry answered.",
    grace: s(60),
    when: [{ source: 'waiting', reason: PULL }],
  },
  'config-cache': {
    says: 'the node is still reading its ConfigMaps and Secrets',
    hint: 'The node has not synced its cache: this passes by itself.',
    grace: 'transient',
    when: [{ source: 'waiting', message: /failed to sync (configmap|secret) cache/i }],
  },
  'config-missing': {
    says: 'a ConfigMap, a Secret or a key of one is missing',
    hint: 'Create it in the same namespace (is it in the GitOps repository?), correct its name or key, or mark the reference optional.',
    grace: s(10),
    when: [
      { source: 'waiting', reason: /^CreateContainerConfigError$/ },
      { source: 'mount', message: /(configmap|secret)s? .*not found|references non-existent (config|secret) key/i },
    ],
  },
  'volume-mount-failed': {
    says: 'one of its volumes can not be mounted',
    hint: 'Read the message of the event: often the volume is still attached to another node, or its driver is not running there.',
    grace: s(60),
    when: [{ source: 'mount' }],
  },
  'container-create-failed': {
    says: 'its container can not be created',
    hint: 'Read the message: often a host path, a device or a security setting that the node does not allow.',
    grace: s(10),
    when: [{ source: 'waiting', reason: /^(CreateContainerError|PreCreateHookError)$/ }],
  },
  'container-start-failed': {
    says: 'its container can not be started',
    hint: 'Check `command`, `args`, `workingDir` and the entrypoint of the image: the program must exist in it and be executable.',
    grace: s(5),
    when: [
      { source: 'waiting', reason: /^(RunContainerError|StartError|PostStartHookError)$/ },
      { source: 'crash', reason: /^(StartError|ContainerCannotRun)$/ },
    ],
  },
  'out-of-memory': {
    says: 'its container runs out of memory',
    hint: 'Raise resources.limits.memory, or find what needs more than before.',
    grace: s(10),
    isAttempt: true,
    when: [{ source: 'crash', reason: /^OOMKilled$/ }],
  },
  'init-failed': {
    says: 'an init container keeps failing',
    hint: 'The pod starts only when every init container has ended with code 0: read its last lines.',
    grace: s(10),
    isAttempt: true,
    when: [{ source: 'crash', init: true }],
  },
  'exits-at-once': {
    says: 'its container ends, with code 0, where it should keep running',
    hint: 'A server must stay in the foreground: check the command. A task that ends belongs in a Job.',
    grace: s(10),
    isAttempt: true,
    when: [{ source: 'crash', exitCode: 0 }],
  },
  'crash-loop': {
    says: 'its container keeps crashing',
    hint: 'Read its last lines: configuration, a missing dependency or the release itself.',
    grace: s(10),
    isAttempt: true,
    when: [{ source: 'crash' }],
  },
  'quota-exceeded': {
    says: 'a ResourceQuota leaves no room for its pods',
    hint: 'Raise the quota, lower the requests, or roll out with maxSurge 0.',
    grace: s(30),
    when: [{ source: 'creation', message: /exceeded quota|failed quota/i }],
  },
  'limit-range': {
    says: 'a LimitRange does not allow its pods',
    hint: "Bring the container's requests and limits within the LimitRange of the namespace.",
    grace: s(5),
    when: [
      {
        source: 'creation',
        message: /(maximum|minimum) (cpu|memory|\S+) (usage|limit|request)|limit to request ratio/i,
      },
    ],
  },
  'service-account-missing': {
    says: 'its service account does not exist',
    hint: 'Create the ServiceAccount in this namespace, or correct serviceAccountName.',
    grace: s(10),
    when: [{ source: 'creation', message: /service ?account .*not found/i }],
  },
  'webhook-unavailable': {
    says: 'an admission webhook does not answer',
    hint: 'Check the pods and the certificate of the webhook that the message names: no pod is created without it.',
    grace: s(60),
    when: [{ source: 'creation', message: /failed calling webhook|failed to call webhook/i }],
  },
  'admission-denied': {
    says: 'a policy of the cluster refuses its pods',
    hint: 'Change the pod template as the policy asks; the message names the policy.',
    grace: s(5),
    when: [
      {
        source: 'creation',
        message: /denied the request|denied request|violates PodSecurity|forbidden sysctl|is forbidden/i,
      },
    ],
  },
  'pod-create-failed': {
    says: 'its pods can not be created',
    hint: 'Read the message of the controller.',
    grace: s(60),
    when: [{ source: 'creation' }],
  },
  'volume-unbound': {
    says: 'a PersistentVolumeClaim of its pods is not bound',
    hint: 'Check the StorageClass of the claim and its provisioner; `kubectl describe pvc` tells the rest.',
    grace: s(60),
    when: [
      { source: 'scheduling', message: /unbound immediate PersistentVolumeClaim|persistentvolumeclaim .*not found/i },
    ],
  },
  unschedulable: {
    says: 'no node can take its pods',
    hint: 'Lower the requests, add nodes, or correct nodeSelector, affinity and tolerations.',
    grace: s(60),
    when: [{ source: 'scheduling' }],
  },
  'probe-failing': {
    says: 'its container runs, but its probe keeps failing',
    hint: 'Check the path, port and timing of the probe, and the last lines of the container.',
    grace: s(300),
    when: [{ source: 'probe' }],
  },
  'progress-deadline': {
    says: 'it made no progress within its progressDeadlineSeconds',
    hint: 'Look at its pods: `kubectl describe` tells what they wait for.',
    grace: 0,
  },
  'job-failed': {
    says: 'the Job failed',
    hint: 'Read the last lines of its pod; a Job is not tried again by itself.',
    grace: 0,
  },
  'pod-failed': {
    says: 'the pod failed',
    hint: 'Read its last lines; a pod without a controller is not started again.',
    grace: 0,
  },
  degraded: {
    says: 'its controller calls it degraded',
    hint: 'Look at the resources that the message names.',
    grace: s(15),
  },
  'sync-failed': {
    says: 'Argo CD can not apply the commit',
    hint: 'Correct what the message names in the GitOps repository, then sync again.',
    grace: s(15),
  },
  'reconcile-failed': {
    says: 'Flux can not apply the commit',
    hint: 'Correct what the message names in the GitOps repository.',
    grace: s(30),
  },
  stalled: {
    says: 'its controller has given up',
    hint: 'Correct what the message names: the controller does not try again before a change.',
    grace: 0,
  },
  'volume-lost': {
    says: 'its volume is lost',
    hint: 'Restore the volume, or delete the claim and create it anew.',
    grace: 0,
  },
  'names-conflict': {
    says: 'its names are taken by another definition',
    hint: 'Remove the other definition, or rename this one.',
    grace: s(5),
  },
  'not-found': {
    says: 'it does not exist',
    hint: 'Check name, namespace and context. If a controller has yet to create it, raise `grace: not-found=5m`.',
    grace: s(60),
  },
  deleted: {
    says: 'it was deleted while it was waited for',
    hint: 'Who deleted it? A GitOps controller prunes what is no longer in Git.',
    grace: s(5),
  },
} as const satisfies Readonly<Record<string, Cause>>;

export type CauseId = keyof typeof causes;

export function isCauseId(word: string): word is CauseId {
  return Object.hasOwn(causes, word);
}

export const causeIds: readonly CauseId[] = Object.keys(causes).filter(isCauseId);

/** A cause by its id, as the general shape. */
export function causeOf(id: CauseId): Cause {
  return causes[id];
}

/** The cause that an evidence names; undefined where it names none. */
export function causeOfEvidence(evidence: Evidence): CauseId | undefined {
  return causeIds.find((id) => causeOf(id).when?.some((pattern) => fits(pattern, evidence)));
}

function fits({ source, reason, message, exitCode, init }: Pattern, evidence: Evidence): boolean {
  return (
    source === evidence.source &&
    (reason?.test(evidence.reason) ?? true) &&
    (message?.test(evidence.message) ?? true) &&
    (exitCode === undefined || exitCode === evidence.exitCode) &&
    (init === undefined || init === evidence.init)
  );
}

/** `crash-loop=30s`: a grace of the user's own. */
export function parseGrace(line: string): { readonly cause: CauseId; readonly ms: number } | undefined {
  const [name = '', text = ''] = line.split('=').map((part) => part.trim());
  const ms = parseDuration(text);
  return isCauseId(name) && ms !== undefined ? { cause: name, ms } : undefined;
}
