import { type Cause, s } from './cause.ts';

/** What an object tells by its own status, or by not being there. */
export const objectCauses = {
  'progress-deadline': {
    says: 'it made no progress within its progressDeadlineSeconds',
    hint: 'Look at its pods: `kubectl describe` tells what they wait for.',
    // On the way back to a revision that has its pods still, the first status repeats what was said of the one before.
    grace: s(5),
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
  'image-unproven': {
    says: 'no pod runs that could prove its image',
    hint: 'Name the image by its digest in the spec (`pin: digest` of bump-manifest-tag), or have at least one pod run.',
    grace: s(30),
  },
  degraded: {
    says: 'its controller calls it degraded',
    hint: 'Look at the objects that the message names. Where it names none, add the workload to `resources` beside it: its pods tell why.',
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
  'release-failed': {
    says: 'Helm could not install or upgrade the release',
    hint: 'Look at `helm history` and `helm status`: they tell what was refused.',
    grace: s(5),
  },
  stalled: {
    says: 'its controller has given up',
    hint: 'Correct what the message names: the controller does not try again before a change.',
    grace: 0,
  },
  'run-failed': {
    says: 'its run failed',
    hint: 'Look at its steps: a run is not tried again by itself.',
    grace: 0,
  },
  'reports-error': {
    says: 'its controller reports an error',
    hint: 'Correct what the message names; the controller tries again by itself. If that may take longer, raise `grace: reports-error=5m`.',
    grace: s(60),
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
