import type { StatusTable } from '../rule/status-table.ts';
import { field, never, no, yes } from '../rule/status-test.ts';

const groups = ['argoproj.io'];

/** Argo Workflows, Events and what stands around Rollouts and Applications; those two have rules of their own. */
export const argo: readonly StatusTable[] = [
  {
    groups,
    kinds: ['Workflow'],
    once: true,
    suspended: [field('spec.suspend', true)],
    current: [field('status.phase', 'Succeeded')],
    failed: [field('status.phase', 'Failed', 'Error')],
    says: 'status.message',
  },
  {
    groups,
    kinds: ['CronWorkflow'],
    suspended: [field('spec.suspend', true)],
    current: [never(yes('SpecError')), never(yes('SubmissionError'))],
    troubled: [yes('SpecError'), yes('SubmissionError')],
  },
  {
    groups,
    kinds: ['AnalysisRun', 'Experiment'],
    once: true,
    current: [field('status.phase', 'Successful')],
    paused: [field('status.phase', 'Inconclusive')],
    failed: [field('status.phase', 'Failed', 'Error')],
    says: 'status.message',
  },
  {
    groups,
    kinds: ['ApplicationSet'],
    current: [yes('ResourcesUpToDate'), never(yes('ErrorOccurred')), never(yes('RolloutProgressing'))],
    troubled: [yes('ErrorOccurred'), no('ResourcesUpToDate')],
  },
  {
    groups,
    kinds: ['EventBus'],
    current: [yes('Deployed'), never(no('Configured'))],
    troubled: [no('Deployed'), no('Configured')],
  },
  {
    groups,
    kinds: ['EventSource'],
    current: [yes('SourcesProvided'), yes('Deployed')],
    troubled: [no('SourcesProvided'), no('Deployed')],
  },
  {
    groups,
    kinds: ['Sensor'],
    current: [yes('DependenciesProvided'), yes('TriggersProvided'), yes('Deployed')],
    troubled: [no('DependenciesProvided'), no('TriggersProvided'), no('Deployed')],
  },
  {
    groups,
    kinds: [
      'AppProject',
      'AnalysisTemplate',
      'ClusterAnalysisTemplate',
      'WorkflowTemplate',
      'ClusterWorkflowTemplate',
      'WorkflowEventBinding',
    ],
    current: [],
  },
];
