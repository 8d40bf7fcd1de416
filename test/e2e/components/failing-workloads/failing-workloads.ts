import { containerFailures } from './container-failures.ts';
import type { FailingWorkload } from './failing-workload.ts';
import { imageFailures } from './image-failures.ts';
import { podFailures } from './pod-failures.ts';

/** At least one workload for each failure cause that a real cluster can show. */
export const failingWorkloads: readonly FailingWorkload[] = [...imageFailures, ...containerFailures, ...podFailures];
