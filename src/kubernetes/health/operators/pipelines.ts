import type { StatusTable } from '../rule/status-table.ts';
import { field, no, yes } from '../rule/status-test.ts';

/** Tekton. */
export const pipelines: readonly StatusTable[] = [
  {
    groups: ['tekton.dev'],
    kinds: ['PipelineRun', 'TaskRun', 'CustomRun', 'Run'],
    once: true,
    suspended: [field('spec.status', 'PipelineRunPending')],
    current: [yes('Succeeded')],
    failed: [no('Succeeded')],
  },
  {
    groups: ['tekton.dev'],
    kinds: ['Pipeline', 'Task', 'ClusterTask', 'StepAction'],
    current: [],
  },
  {
    groups: ['triggers.tekton.dev'],
    kinds: ['EventListener'],
    current: [yes('Available')],
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
