import type { StatusCriteria } from '../rule/status-criteria.ts';
import { field, isTrue } from '../rule/status-test.ts';

/** Kinds of Kubernetes itself that need no more than a line. */
export const builtInKinds: readonly StatusCriteria[] = [
  {
    groups: ['apiregistration.k8s.io'],
    kinds: ['APIService'],
    // Its status is of the service behind it, not of a generation.
    runsOnce: true,
    current: [isTrue('Available')],
  },
  { groups: [''], kinds: ['Namespace'], runsOnce: true, current: [field('status.phase', 'Active')] },
  {
    groups: [''],
    kinds: ['PersistentVolume'],
    runsOnce: true,
    current: [field('status.phase', 'Available', 'Bound')],
    degraded: [field('status.phase', 'Failed')],
    message: 'status.message',
  },
  { groups: [''], kinds: ['Node'], runsOnce: true, current: [isTrue('Ready')] },
];
