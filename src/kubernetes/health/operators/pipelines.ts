import type { StatusCriteria } from '../rule/status-criteria.ts';
import { field, isFalse, isTrue } from '../rule/status-test.ts';

/** Tekton. */
export const pipelines: readonly StatusCriteria[] = [
  {
    groups: ['tekton.dev'],
    kinds: ['PipelineRun', 'TaskRun', 'CustomRun', 'Run'],
    runsOnce: true,
    suspended: [field('spec.status', 'PipelineRunPending')],
    current: [isTrue('Succeeded')],
    failed: [isFalse('Succeeded')],
  },
  {
    groups: ['tekton.dev'],
    kinds: ['Pipeline', 'Task', 'ClusterTask', 'StepAction'],
    current: [],
  },
  {
    groups: ['triggers.tekton.dev'],
    kinds: ['EventListener'],
    current: [isTrue('Available')],
  },
  {
    groups: ['triggers.tekton.dev'],
    kinds: [
      'Trigger',
      'TriggerBinding',
      'ClusterTriggerBinding',
      'TriggerTemplate',
      'Interceptor',
      'ClusterInterceptor',
    ],
    current: [],
  },
];
