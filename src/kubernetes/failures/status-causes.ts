import { type Cause, seconds } from './cause.ts';

/** What an object tells by its own status, or by not being there. */
export const statusCauses = {
  'progress-deadline': {
    summary: 'it made no progress within its progressDeadlineSeconds',
    hint: 'Look at its pods: `kubectl describe` tells what they wait for.',
    // On the way back to a revision that has its pods still, the first status repeats what was said of the one before.
    grace: seconds(5),
  },
  'job-failed': {
    summary: 'the Job failed',
    hint: 'Read the last lines of its pod; a Job is not tried again by itself.',
    grace: 0,
  },
  'pod-failed': {
    summary: 'the pod failed',
    hint: 'Read its last lines; a pod without a controller is not started again.',
    grace: 0,
  },
  'image-unproven': {
    summary: 'no pod runs that could prove its image',
    hint: 'Name the image by its digest in the spec (`pin: digest` of bump-manifest-tag), or have at least one pod run.',
    grace: seconds(30),
  },
  degraded: {
    summary: 'its controller calls it degraded',
    hint: 'Look at the objects that the message names. Where it names none, add the workload to `resources` beside it: its pods tell why.',
    grace: seconds(15),
  },
  'sync-failed': {
    summary: 'Argo CD can not apply the commit',
    hint: 'Correct what the message names in the GitOps repository, then sync again.',
    grace: seconds(15),
  },
  'reconcile-failed': {
    summary: 'Flux can not apply the commit',
    hint: 'Correct what the message names in the GitOps repository.',
    grace: seconds(30),
  },
  'release-failed': {
    summary: 'Helm could not install or upgrade the release',
    hint: 'Look at `helm history` and `helm status`: they tell what was refused.',
    grace: seconds(5),
  },
  stalled: {
    summary: 'its controller has given up',
    hint: 'Correct what the message names: the controller does not try again before a change.',
    grace: 0,
  },
  'run-failed': {
    summary: 'its run failed',
    hint: 'Look at its steps: a run is not tried again by itself.',
    grace: 0,
  },
  'reports-error': {
    summary: 'its controller reports an error',
    hint: 'Correct what the message names; the controller tries again by itself. If that may take longer, raise `grace: reports-error=5m`.',
    grace: seconds(60),
  },
  'volume-lost': {
    summary: 'its volume is lost',
    hint: 'Restore the volume, or delete the claim and create it anew.',
    grace: 0,
  },
  'names-conflict': {
    summary: 'its names are taken by another definition',
    hint: 'Remove the other definition, or rename this one.',
    grace: seconds(5),
  },
  'not-found': {
    summary: 'it does not exist',
    hint: 'Check name, namespace and context. If a controller has yet to create it, raise `grace: not-found=5m`.',
    grace: seconds(60),
  },
  deleted: {
    summary: 'it was deleted while it was waited for',
    hint: 'Who deleted it? A GitOps controller prunes what is no longer in Git.',
    grace: seconds(5),
  },
} as const satisfies Readonly<Record<string, Cause>>;
