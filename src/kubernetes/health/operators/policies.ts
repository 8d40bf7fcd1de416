import type { StatusCriteria } from '../rule/status-criteria.ts';
import { all, any, atLeast, each, field, isFalse, isTrue, not, same, some } from '../rule/status-test.ts';

const groups = ['policy.open-cluster-management.io'];
const compliant = (...values: string[]) => field('status.compliant', ...values);
const isOfThisSpec = same('status.lastEvaluatedGeneration', 'metadata.generation');
const clusters = 'status.aggregatedStatus';

/** What spreads objects over clusters and checks them: Open Cluster Management, Karmada, Kyverno. */
export const policies: readonly StatusCriteria[] = [
  {
    groups,
    kinds: ['ConfigurationPolicy'],
    generation: 'status.lastEvaluatedGeneration',
    current: [compliant('Compliant'), isOfThisSpec],
    degraded: [all(compliant('NonCompliant'), isOfThisSpec)],
  },
  {
    groups,
    kinds: ['OperatorPolicy'],
    current: [isTrue('Compliant')],
    degraded: [isFalse('Compliant')],
  },
  {
    groups,
    kinds: ['CertificatePolicy', 'Policy'],
    current: [
      any(
        compliant('Compliant'),
        // It is placed, and no cluster is left to report.
        all(field('status.placement'), not(field('status.status')), not(field('status.compliant'))),
      ),
    ],
    degraded: [compliant('NonCompliant')],
  },
  {
    groups: ['work.karmada.io'],
    kinds: ['ResourceBinding', 'ClusterResourceBinding'],
    generation: 'status.schedulerObservedGeneration',
    current: [
      each(clusters, any(field('health', 'Healthy'), all(field('applied', true), not(field('health', 'Unhealthy'))))),
      not(isFalse('FullyApplied')),
      any(not(field('spec.clusters')), atLeast(clusters, 'spec.clusters')),
    ],
    degraded: [some(clusters, field('health', 'Unhealthy')), some(clusters, field('applied', false))],
  },
  {
    groups: ['kyverno.io'],
    kinds: ['Policy', 'ClusterPolicy'],
    conventions: true,
    current: [isTrue('Ready')],
  },
];
