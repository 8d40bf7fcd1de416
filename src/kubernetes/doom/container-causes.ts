import { type Cause, s } from './cause.ts';

/** What keeps a container from being made, started, or from staying up. */
export const containerCauses = {
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
  'probe-failing': {
    says: 'its container runs, but its probe keeps failing',
    hint: 'Check the path, port and timing of the probe, and the last lines of the container.',
    grace: s(300),
    when: [{ source: 'probe' }],
  },
} as const satisfies Readonly<Record<string, Cause>>;
