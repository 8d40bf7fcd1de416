import type { StatusCriteria } from '../rule/status-criteria.ts';
import { field, isFalse, isTrue, not } from '../rule/status-test.ts';

const groups = ['argoproj.io'];

/** Argo Workflows, Argo Events, and the other kinds of Argo Rollouts and Argo CD. Rollout and Application themselves have rules in code. */
export const argo: readonly StatusCriteria[] = [
  {
    groups,
    kinds: ['Workflow'],
    runsOnce: true,
    suspended: [field('spec.suspend', true)],
    current: [field('status.phase', 'Succeeded')],
    failed: [field('status.phase', 'Failed', 'Error')],
    message: 'status.message',
  },
  {
    groups,
    kinds: ['CronWorkflow'],
    suspended: [field('spec.suspend', true)],
    current: [not(isTrue('SpecError')), not(isTrue('SubmissionError'))],
    reportsError: [isTrue('SpecError'), isTrue('SubmissionError')],
  },
  {
    groups,
    kinds: ['AnalysisRun', 'Experiment'],
    runsOnce: true,
    current: [field('status.phase', 'Successful')],
    paused: [field('status.phase', 'Inconclusive')],
    failed: [field('status.phase', 'Failed', 'Error')],
    message: 'status.message',
  },
  {
    groups,
    kinds: ['ApplicationSet'],
    current: [isTrue('ResourcesUpToDate'), not(isTrue('ErrorOccurred')), not(isTrue('RolloutProgressing'))],
    reportsError: [isTrue('ErrorOccurred'), isFalse('ResourcesUpToDate')],
  },
  {
    groups,
    kinds: ['EventBus'],
    current: [isTrue('Deployed'), not(isFalse('Configured'))],
    reportsError: [isFalse('Deployed'), isFalse('Configured')],
  },
  {
    groups,
    kinds: ['EventSource'],
    current: [isTrue('SourcesProvided'), isTrue('Deployed')],
    reportsError: [isFalse('SourcesProvided'), isFalse('Deployed')],
  },
  {
    groups,
    kinds: ['Sensor'],
    current: [isTrue('DependenciesProvided'), isTrue('TriggersProvided'), isTrue('Deployed')],
    reportsError: [isFalse('DependenciesProvided'), isFalse('TriggersProvided'), isFalse('Deployed')],
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
