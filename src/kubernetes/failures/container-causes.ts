import { type EvidenceCause, seconds } from './cause.ts';

/** Why a container can't be created or started, or does not stay up. */
export const containerCauses = {
  'config-cache': {
    summary: 'the node is still loading its ConfigMaps and Secrets',
    hint: 'The node has not synced its cache yet. This resolves by itself.',
    grace: 'transient',
    when: [
      { source: 'waiting', message: /failed to sync (configmap|secret) cache/i },
      { source: 'setup', message: /failed to sync (configmap|secret) cache|object "\S+" not registered/i },
    ],
  },
  'config-missing': {
    summary: 'a ConfigMap or Secret, or a key in one, is missing',
    hint: 'Create it in the same namespace (is it in the GitOps repository?), correct its name or key, or mark the reference as optional.',
    grace: seconds(10),
    when: [
      {
        source: 'waiting',
        reason: /^CreateContainerConfigError$/,
        message: /^$|not found|find key|non-existent|invalid variable names/i,
      },
      {
        source: 'setup',
        message: /(configmap|secret)s? .{0,500}not found|references non-existent (config|secret) key/i,
      },
    ],
  },
  'runs-as-root': {
    summary: 'its image runs as root, which the pod does not allow',
    hint: 'Set a numeric user other than 0 in the image (`USER 1000`), set runAsUser, or remove runAsNonRoot.',
    grace: seconds(5),
    when: [
      { source: 'waiting', reason: /^CreateContainer(Config)?Error$/, message: /runAsNonRoot|non-root|run as root/ },
    ],
  },
  'sandbox-failed': {
    summary: "its node can't set up its network or sandbox",
    hint: 'Check the network plugin and the runtime class on the node that the event names. Nothing of the release has run yet.',
    grace: seconds(60),
    when: [{ source: 'setup', reason: /^FailedCreatePodSandBox$/ }],
  },
  'volume-mount-failed': {
    summary: "one of its volumes can't be mounted",
    hint: "Read the event's message. Often the volume is still attached to another node, or its driver does not run on this node.",
    grace: seconds(60),
    lacksCapacity: true,
    when: [{ source: 'setup' }],
  },
  'container-create-failed': {
    summary: "its container can't be created",
    hint: 'Read the message. Often the node does not allow a host path, a device or a security setting.',
    grace: seconds(10),
    when: [{ source: 'waiting', reason: /^(CreateContainerConfigError|CreateContainerError|PreCreateHookError)$/ }],
  },
  'container-start-failed': {
    summary: "its container can't be started",
    hint: 'Check `command`, `args`, `workingDir` and the entrypoint of the image: the program must exist in the image and be executable.',
    grace: seconds(5),
    when: [
      { source: 'waiting', reason: /^(RunContainerError|StartError|PostStartHookError)$/ },
      { source: 'crash', reason: /^(StartError|ContainerCannotRun)$/ },
    ],
  },
  'out-of-memory': {
    summary: 'its container runs out of memory',
    hint: 'Raise resources.limits.memory, or find out why the release needs more than the last one.',
    grace: seconds(10),
    isFailedAttempt: true,
    when: [{ source: 'crash', reason: /^OOMKilled$/ }],
  },
  'liveness-failing': {
    summary: 'its node kills its container because a probe fails',
    hint: 'Check path, port and timing of the liveness or startup probe. A startupProbe gives a slow start more time.',
    grace: seconds(10),
    isFailedAttempt: true,
    when: [{ source: 'crash', message: /^(Liveness|Startup) probe (failed|errored)|failed (liveness|startup) probe/ }],
  },
  'init-failed': {
    summary: 'an init container keeps failing',
    hint: 'The pod starts only after every init container has exited with code 0. Read the last lines of its log.',
    grace: seconds(10),
    isFailedAttempt: true,
    when: [{ source: 'crash', part: 'init container' }],
  },
  'exits-at-once': {
    summary: 'its container exits with code 0 but should keep running',
    hint: 'A server must stay in the foreground: check the command. A task that ends belongs in a Job.',
    grace: seconds(10),
    isFailedAttempt: true,
    when: [{ source: 'crash', exitCode: 0 }],
  },
  'crash-loop': {
    summary: 'its container keeps crashing',
    hint: 'Read the last lines of its log. Look for a wrong setting, a missing dependency or a bug in the release.',
    grace: seconds(10),
    isFailedAttempt: true,
    when: [{ source: 'crash' }],
  },
  'probe-failing': {
    summary: 'its container runs, but its probe keeps failing',
    hint: "Check path, port and timing of the probe, and the last lines of the container's log.",
    grace: seconds(300),
    when: [{ source: 'probe' }],
  },
  'readiness-gate': {
    summary: 'its containers are ready, but a readiness gate of its pods is not met',
    hint: 'Check the controller that sets the condition in the message, such as the load balancer controller.',
    grace: seconds(300),
    when: [{ source: 'gate' }],
  },
} as const satisfies Readonly<Record<string, EvidenceCause>>;
