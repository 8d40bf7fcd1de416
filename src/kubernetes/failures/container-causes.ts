import { type Cause, seconds } from './cause.ts';

/** What keeps a container from being made, started, or from staying up. */
export const containerCauses = {
  'config-cache': {
    summary: 'the node is still reading its ConfigMaps and Secrets',
    hint: 'The node has not synced its cache: this passes by itself.',
    grace: 'transient',
    when: [
      { source: 'waiting', message: /failed to sync (configmap|secret) cache/i },
      { source: 'setup', message: /failed to sync (configmap|secret) cache|object "\S+" not registered/i },
    ],
  },
  'config-missing': {
    summary: 'a ConfigMap, a Secret or a key of one is missing',
    hint: 'Create it in the same namespace (is it in the GitOps repository?), correct its name or key, or mark the reference optional.',
    grace: seconds(10),
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
    summary: 'its image wants to run as root, which the pod does not allow',
    hint: 'Give the image a numeric user other than 0 (`USER 1000`), set runAsUser, or take back runAsNonRoot.',
    grace: seconds(5),
    when: [
      { source: 'waiting', reason: /^CreateContainer(Config)?Error$/, message: /runAsNonRoot|non-root|run as root/ },
    ],
  },
  'sandbox-failed': {
    summary: 'its node can not set up its network or sandbox',
    hint: 'Check the network plugin and the runtime class on the node that the event names: nothing of the release has run yet.',
    grace: seconds(60),
    when: [{ source: 'setup', reason: /^FailedCreatePodSandBox$/ }],
  },
  'volume-mount-failed': {
    summary: 'one of its volumes can not be mounted',
    hint: 'Read the message of the event: often the volume is still attached to another node, or its driver is not running there.',
    grace: seconds(60),
    lacksCapacity: true,
    when: [{ source: 'setup' }],
  },
  'container-create-failed': {
    summary: 'its container can not be created',
    hint: 'Read the message: often a host path, a device or a security setting that the node does not allow.',
    grace: seconds(10),
    when: [{ source: 'waiting', reason: /^(CreateContainerConfigError|CreateContainerError|PreCreateHookError)$/ }],
  },
  'container-start-failed': {
    summary: 'its container can not be started',
    hint: 'Check `command`, `args`, `workingDir` and the entrypoint of the image: the program must exist in it and be executable.',
    grace: seconds(5),
    when: [
      { source: 'waiting', reason: /^(RunContainerError|StartError|PostStartHookError)$/ },
      { source: 'crash', reason: /^(StartError|ContainerCannotRun)$/ },
    ],
  },
  'out-of-memory': {
    summary: 'its container runs out of memory',
    hint: 'Raise resources.limits.memory, or find what needs more than before.',
    grace: seconds(10),
    isFailedAttempt: true,
    when: [{ source: 'crash', reason: /^OOMKilled$/ }],
  },
  'liveness-failing': {
    summary: 'its node kills its container, because a probe of it fails',
    hint: 'Check path, port and timing of the liveness or startup probe; a startupProbe gives a slow start its time.',
    grace: seconds(10),
    isFailedAttempt: true,
    when: [{ source: 'crash', message: /^(Liveness|Startup) probe (failed|errored)/ }],
  },
  'init-failed': {
    summary: 'an init container keeps failing',
    hint: 'The pod starts only when every init container has ended with code 0: read its last lines.',
    grace: seconds(10),
    isFailedAttempt: true,
    when: [{ source: 'crash', part: 'init container' }],
  },
  'exits-at-once': {
    summary: 'its container ends, with code 0, where it should keep running',
    hint: 'A server must stay in the foreground: check the command. A task that ends belongs in a Job.',
    grace: seconds(10),
    isFailedAttempt: true,
    when: [{ source: 'crash', exitCode: 0 }],
  },
  'crash-loop': {
    summary: 'its container keeps crashing',
    hint: 'Read its last lines: configuration, a missing dependency or the release itself.',
    grace: seconds(10),
    isFailedAttempt: true,
    when: [{ source: 'crash' }],
  },
  'probe-failing': {
    summary: 'its container runs, but its probe keeps failing',
    hint: 'Check the path, port and timing of the probe, and the last lines of the container.',
    grace: seconds(300),
    when: [{ source: 'probe' }],
  },
  'readiness-gate': {
    summary: 'its containers are ready, but a readiness gate of its pods is not met',
    hint: 'Look at whoever sets the condition that the message names, such as the controller of the load balancer.',
    grace: seconds(300),
    when: [{ source: 'gate' }],
  },
} as const satisfies Readonly<Record<string, Cause>>;
