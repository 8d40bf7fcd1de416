import type { EvidenceCause } from './cause.ts';

/** What a rollout without any failure waits for. Only its diagnosis shows it: it may still pass. */
export const holdUpCauses = {
  'being-deleted': {
    summary: 'it is being deleted',
    hint: 'Find out who deleted it, and which of its finalizers is not removed.',
    grace: 'transient',
    when: [{ source: 'hold-up', reason: /^BeingDeleted$/ }],
  },
  'old-pod-broken': {
    summary: 'it waits for a pod of an earlier revision that does not become ready',
    hint: 'Delete the pod. A StatefulSet with OrderedReady replaces none before all others are ready.',
    grace: 'transient',
    when: [{ source: 'hold-up', reason: /^OldPodNotReady$/ }],
  },
  'pod-terminating': {
    summary: 'it waits for a deleted pod to end',
    hint: 'See what the message names: its node, a finalizer, or a program that does not end at SIGTERM.',
    grace: 'transient',
    when: [{ source: 'hold-up', reason: /^Terminating$/ }],
  },
  'pod-not-scheduled': {
    summary: 'no scheduler has handled its pod',
    hint: 'Check that the scheduler in the message runs, and that `schedulerName` is right.',
    grace: 'transient',
    when: [{ source: 'hold-up', reason: /^NotScheduled$/ }],
  },
  'pod-not-started': {
    summary: 'its node has not started its container',
    hint: 'Check the node in the message: `kubectl describe node`, the log of its kubelet, its network and storage drivers.',
    grace: 'transient',
    when: [{ source: 'hold-up', reason: /^NotStarted$/ }],
  },
  'init-running': {
    summary: 'an init container has not ended',
    hint: 'Read the last lines of its log: it often waits for a service. The pod starts only after it has ended.',
    grace: 'transient',
    when: [{ source: 'hold-up', reason: /^InitContainerRunning$/ }],
  },
  'not-ready': {
    summary: 'its container runs but is not ready, and no event says why',
    hint: "Compare its readiness and startup probes, and their delays, with the last lines of the container's log.",
    grace: 'transient',
    when: [{ source: 'hold-up', reason: /^NotReady$/ }],
  },
  'not-available': {
    summary: 'its pods are ready, but not for minReadySeconds',
    hint: 'Give the wait more time than `minReadySeconds`.',
    grace: 'transient',
    when: [{ source: 'hold-up', reason: /^NotAvailable$/ }],
  },
  'still-running': {
    summary: 'its pod has not ended',
    hint: 'Read the last lines of its log. It may only need more time.',
    grace: 'transient',
    when: [{ source: 'hold-up', reason: /^Running$/ }],
  },
  'pods-missing': {
    summary: 'its controller has not created its pods',
    hint: 'Check that the controller manager of the cluster runs, and the events of the object in the message.',
    grace: 'transient',
    when: [{ source: 'hold-up', reason: /^PodsMissing$/ }],
  },
  'old-pod-left': {
    summary: 'a pod of an earlier revision has not been replaced',
    hint: 'Check the other pods, and the events of the workload. Deleting the pod has it replaced.',
    grace: 'transient',
    when: [{ source: 'hold-up', reason: /^OldPod$/ }],
  },
} as const satisfies Readonly<Record<string, EvidenceCause>>;
