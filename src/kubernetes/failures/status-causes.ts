import { type StatusCause, seconds } from './cause.ts';

/** Failures that an object's own status reports, or its absence. */
export const statusCauses = {
  'progress-deadline': {
    summary: 'it made no progress within progressDeadlineSeconds',
    hint: 'Look at its pods: `kubectl describe` shows what they wait for.',
    // After an undo to a revision whose pods still run, the first status repeats the condition of the failed revision.
    grace: seconds(5),
  },
  'job-failed': {
    summary: 'the Job failed',
    hint: "Read the last lines of its pod's log. A failed Job is not retried.",
    grace: 0,
  },
  'pod-failed': {
    summary: 'the pod failed',
    hint: 'Read the last lines of its log. A pod without a controller is not restarted.',
    grace: 0,
  },
  'image-unproven': {
    summary: 'it runs no pod that could prove its image',
    hint: 'Pin the image by digest in the manifest, or run at least one pod.',
    grace: seconds(30),
  },
  degraded: {
    summary: 'its controller reports it as degraded',
    hint: 'Look at the objects in the message. If it names none, wait for the workload itself as well: its pods show the reason.',
    grace: seconds(15),
  },
  'sync-failed': {
    summary: "Argo CD can't apply the commit",
    hint: 'Correct what the message names in the GitOps repository, then sync again.',
    grace: seconds(15),
  },
  'reconcile-failed': {
    summary: "Flux can't apply the commit",
    hint: 'Correct what the message names in the GitOps repository.',
    grace: seconds(30),
  },
  'release-failed': {
    summary: "Helm couldn't install or upgrade the release",
    hint: '`helm history` and `helm status` show what failed.',
    grace: seconds(5),
  },
  stalled: {
    summary: 'its controller has given up',
    hint: 'Correct what the message names. The controller retries only after a change.',
    grace: 0,
  },
  'run-failed': {
    summary: 'its run failed',
    hint: 'Look at its steps. A failed run is not retried.',
    grace: 0,
  },
  'reports-error': {
    summary: 'its controller reports an error',
    hint: 'Correct what the message names; the controller keeps retrying. If it needs more time, give `reports-error` a longer grace.',
    grace: seconds(60),
  },
  'volume-lost': {
    summary: 'its volume is lost',
    hint: 'Restore the volume, or delete the claim and create it again.',
    grace: 0,
  },
  'names-conflict': {
    summary: 'another definition already uses its names',
    hint: 'Remove the other definition, or rename this one.',
    grace: seconds(5),
  },
  'not-found': {
    summary: 'it does not exist',
    hint: 'Check name, namespace and context. If a controller creates it later, give `not-found` a longer grace.',
    grace: seconds(60),
  },
  deleted: {
    summary: 'it was deleted during the wait',
    hint: 'Find out who deleted it. A GitOps controller prunes objects that are no longer in Git.',
    grace: seconds(5),
  },
} as const satisfies Readonly<Record<string, StatusCause>>;
