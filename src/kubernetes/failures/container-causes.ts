import { type Cause, s } from './cause.ts';

/** What keeps a container from being made, started, or from staying up. */
export const containerCauses = {
  'config-cache': {
    says: 'the node is still reading its ConfigMaps and Secrets',
    hint: 'The node has not synced its cache: this passes by itself.',
    grace: 'transient',
    when: [
      { source: 'waiting', message: /failed to sync (configmap|secret) cache/i },
      { source: 'setup', message: /failed to sync (configmap|secret) cache|object "\S+" not registered/i },
    ],
  },
  'config-missing': {
    says: 'a ConfigMap, a Secret or a key of one is missing',
    hint: 'Create it in the same namespace (is it in the GitOps repository?), correct its name or key, or mark the reference optional.',
    grace: s(10),
    when: [
      {
        source: 'waiting',
        reason: /^CreateContainerConfigError$/,
        message: /^$|not found|find key|non-existent|invalid variable names/i,
      },
      { source: 'setup', message: /(configmap|secret)s? .*not found|references non-existent (config|secret) key/i },
    ],
  },
  'runs-as-root': {
    says: 'its image wants to run as root, which the pod does not allow',
    hint: 'Give the image a numeric user other than 0 (`USER 1000`), set runAsUser, or take back runAsNonRoot.',
    grace: s(5),
    when: [
      { source: 'waiting', reason: /^CreateContainer(Config)?Error$/, message: /runAsNonRoot|non-root|run as root/ },
    ],
  },
  'sandbox-failed': {
    says: 'its node can not set up its network or sandbox',
    hint: 'Check the network plugin and the runtime class on the node that the event names: nothing of the release has run yet.',
    grace: s(60),
    when: [{ source: 'setup', reason: /^FailedCreatePodSandBox$/ }],
  },
  'volume-mount-failed': {
    says: 'one of its volumes can not be mounted',
    hint: 'Read the message of the event: often the volume is still attached to another node, or its driver is not running there.',
    grace: s(60),
    lacksRoom: true,
    when: [{ source: 'setup' }],
  },
  'container-create-failed': {
    says: 'its container can not be created',
    hint: 'Read the message: often a host path, a device or a security setting that the node does not allow.',
    grace: s(10),
    when: [{ source: 'waiting', reason: /^(CreateContainerConfigError|CreateContainerError|PreCreateHookError)$/ }],
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
  'liveness-failing': {
    says: 'its node kills its container, because a probe of it fails',
    hint: 'Check path, port and timing of the liveness or startup probe; a startupProbe gives a slow start its time.',
    grace: s(10),
    isAttempt: true,
    when: [{ source: 'crash', message: /^(Liveness|Startup) probe (failed|errored)/ }],
  },
  'init-failed': {
    says: 'an init container keeps failing',
    hint: 'The pod starts only when every init container has ended with code 0: read its last lines.',
    grace: s(10),
    isAttempt: true,
    when: [{ source: 'crash', part: 'init container' }],
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
  'probe-failing': {
    says: 'its container runs, but its probe keeps failing',
    hint: 'Check the path, port and timing of the probe, and the last lines of the container.',
    grace: s(300),
    when: [{ source: 'probe' }],
  },
  'readiness-gate': {
    says: 'its containers are ready, but a readiness gate of its pods is not met',
    hint: 'Look at whoever sets the condition that the message names, such as the controller of the load balancer.',
    grace: s(300),
    when: [{ source: 'gate' }],
  },
} as const satisfies Readonly<Record<string, Cause>>;
