import type { StatusTable } from '../rule/status-table.ts';
import { field, yes } from '../rule/status-test.ts';

/** Kinds of Kubernetes itself that need no more than a line. */
export const kubernetes: readonly StatusTable[] = [
  {
    groups: ['apiregistration.k8s.io'],
    kinds: ['APIService'],
    // Its status is of the service behind it, not of a generation.
    once: true,
    current: [yes('Available')],
  },
  { groups: [''], kinds: ['Namespace'], once: true, current: [field('status.phase', 'Active')] },
  {
    groups: [''],
    kinds: ['PersistentVolume'],
    once: true,
    current: [field('status.phase', 'Available', 'Bound')],
    degraded: [field('status.phase', 'Failed')],
    says: 'status.message',
  },
  { groups: [''], kinds: ['Node'], once: true, current: [yes('Ready')] },
];
