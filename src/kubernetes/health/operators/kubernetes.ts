import type { StatusCriteria } from '../rule/status-criteria.ts';
import { field, isTrue } from '../rule/status-test.ts';

/** Built-in kinds that need no code. */
export const builtInKinds: readonly StatusCriteria[] = [
  {
    groups: ['apiregistration.k8s.io'],
    kinds: ['APIService'],
    // Its status describes the service behind it, not a generation.
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
