import { condition, conditions, type Examples, status } from './examples.ts';

export const argo: Examples = {
  'argoproj.io/v1alpha1 Workflow': [
    ['done', { status: { phase: 'Succeeded', progress: '3/3' } }, 'current', /ready/],
    ['running', { status: { phase: 'Running', progress: '1/3' } }, 'progressing', /phase is Running/],
    ['not started', {}, 'progressing', /status/],
    [
      'failed',
      { status: { phase: 'Failed', message: "child 'build-1' failed" } },
      'failed',
      /Failed: child 'build-1' failed/,
    ],
    ['suspended', { spec: { suspend: true }, status: { phase: 'Running' } }, 'suspended', /suspend is true/],
  ],
  'argoproj.io/v1alpha1 CronWorkflow': [
    ['before its first run', {}, 'current', /exists/],
    ['after a run', { status: { phase: 'Active', lastScheduledTime: '2026-03-01T12:00:00Z' } }, 'current', /exists/],
    [
      'with an invalid schedule',
      { status: { conditions: [condition('SpecError', 'True', '', 'cron schedule is malformed')] } },
      'failed',
      /malformed/,
    ],
    ['suspended', { spec: { suspend: true } }, 'suspended', /suspend/],
  ],
  'argoproj.io/v1alpha1 AnalysisRun': [
    ['passed', { status: { phase: 'Successful' } }, 'current', /ready/],
    ['running', { status: { phase: 'Running' } }, 'progressing', /Running/],
    ['undecided', { status: { phase: 'Inconclusive' } }, 'paused', /Inconclusive/],
    ['failed', { status: { phase: 'Failed', message: 'metric "errors" assessed Failed' } }, 'failed', /errors/],
  ],
  'argoproj.io/v1alpha1 ApplicationSet': [
    [
      'all generated',
      conditions(
        condition('ErrorOccurred', 'False', 'ApplicationSetUpToDate'),
        condition('ParametersGenerated', 'True'),
        condition('ResourcesUpToDate', 'True', 'ApplicationSetUpToDate'),
      ),
      'current',
      /ready/,
    ],
    [
      'rolling out step by step',
      conditions(condition('ResourcesUpToDate', 'True'), condition('RolloutProgressing', 'True', '', 'step 1 of 2')),
      'progressing',
      /step 1 of 2/,
    ],
    [
      'broken generator',
      conditions(condition('ErrorOccurred', 'True', 'ApplicationGenerationFromParamsError', 'error generating params')),
      'failed',
      /error generating params/,
    ],
  ],
  'argoproj.io/v1alpha1 EventBus': [
    ['deployed', conditions(condition('Configured', 'True'), condition('Deployed', 'True')), 'current', /ready/],
    [
      'deploying',
      conditions(condition('Configured', 'Unknown'), condition('Deployed', 'Unknown')),
      'progressing',
      /Deployed/,
    ],
    ['not deployed', conditions(condition('Deployed', 'False', 'CreateFailed', 'no service')), 'failed', /no service/],
  ],
  'argoproj.io/v1alpha1 EventSource': [
    ['deployed', conditions(condition('Deployed', 'True'), condition('SourcesProvided', 'True')), 'current', /ready/],
    ['deploying', conditions(condition('SourcesProvided', 'True')), 'progressing', /Deployed is not reported/],
    [
      'invalid',
      conditions(condition('SourcesProvided', 'False', 'InvalidEventSource', 'no port')),
      'failed',
      /no port/,
    ],
  ],
  'argoproj.io/v1alpha1 Sensor': [
    [
      'deployed',
      conditions(
        condition('DependenciesProvided', 'True'),
        condition('TriggersProvided', 'True'),
        condition('Deployed', 'True'),
      ),
      'current',
      /ready/,
    ],
    ['deploying', conditions(condition('DependenciesProvided', 'True')), 'progressing', /TriggersProvided/],
    [
      'invalid',
      conditions(condition('TriggersProvided', 'False', 'InvalidTriggers', 'no template')),
      'failed',
      /no template/,
    ],
  ],
};

export const rolloutTools: Examples = {
  'flagger.app/v1beta1 Canary': [
    ['promoted', status({ phase: 'Succeeded', canaryWeight: 0 }), 'current', /ready/],
    ['analyzing', status({ phase: 'Progressing', canaryWeight: 20 }), 'progressing', /phase is Progressing/],
    ['at a gate', status({ phase: 'WaitingPromotion' }), 'paused', /WaitingPromotion/],
    ['rolled back', status({ phase: 'Failed', failedChecks: 5 }), 'failed', /phase is Failed/],
  ],
  'apps.kruise.io/v1alpha1 CloneSet': [
    [
      'updated',
      {
        spec: { replicas: 3 },
        ...status({ replicas: 3, readyReplicas: 3, updatedReplicas: 3, expectedUpdatedReplicas: 3 }),
      },
      'current',
      /ready/,
    ],
    [
      'updating',
      {
        spec: { replicas: 3 },
        ...status({ replicas: 3, readyReplicas: 3, updatedReplicas: 1, expectedUpdatedReplicas: 3 }),
      },
      'progressing',
      /updatedReplicas is 1 of 3/,
    ],
    ['paused', { spec: { updateStrategy: { paused: true } }, ...status({}) }, 'suspended', /paused/],
  ],
  'apps.kruise.io/v1beta1 StatefulSet': [
    [
      'updated',
      { spec: { replicas: 2 }, ...status({ readyReplicas: 2, currentRevision: 'b', updateRevision: 'b' }) },
      'current',
      /ready/,
    ],
    [
      'updating',
      { spec: { replicas: 2 }, ...status({ readyReplicas: 2, currentRevision: 'a', updateRevision: 'b' }) },
      'progressing',
      /currentRevision is a, not yet b/,
    ],
    ['paused', { spec: { updateStrategy: { rollingUpdate: { paused: true } } }, ...status({}) }, 'suspended', /paused/],
  ],
  'apps.kruise.io/v1alpha1 DaemonSet': [
    [
      'updated',
      status({ desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 }),
      'current',
      /ready/,
    ],
    [
      'updating',
      status({ desiredNumberScheduled: 2, updatedNumberScheduled: 1, numberAvailable: 2 }),
      'progressing',
      /1 of 2/,
    ],
    ['paused', { spec: { updateStrategy: { rollingUpdate: { paused: true } } } }, 'suspended', /paused/],
  ],
  'apps.openshift.io/v1 DeploymentConfig': [
    [
      'rolled out',
      {
        spec: { replicas: 2 },
        ...status({
          replicas: 2,
          updatedReplicas: 2,
          availableReplicas: 2,
          conditions: [
            condition('Available', 'True'),
            condition('Progressing', 'True', 'NewReplicationControllerAvailable'),
          ],
        }),
      },
      'current',
      /ready/,
    ],
    ['rolling out', { spec: { replicas: 2 }, ...status({ replicas: 3, updatedReplicas: 1 }) }, 'progressing', /1 of 2/],
    [
      'past its deadline',
      {
        spec: { replicas: 2 },
        ...conditions(condition('Progressing', 'False', 'ProgressDeadlineExceeded', 'timed out')),
      },
      'failed',
      /timed out/,
    ],
    ['paused', { spec: { paused: true }, ...status({}) }, 'suspended', /paused/],
  ],
  'operators.coreos.com/v1alpha1 Subscription': [
    ['installed', { status: { state: 'AtLatestKnown', conditions: [] } }, 'current', /ready/],
    ['installing', { status: { state: 'UpgradePending', conditions: [] } }, 'progressing', /UpgradePending/],
    [
      'whose installation nobody has approved',
      {
        status: { state: 'UpgradePending', conditions: [condition('InstallPlanPending', 'True', 'RequiresApproval')] },
      },
      'paused',
      /RequiresApproval/,
    ],
    [
      'installed, with a later version that nobody has approved',
      {
        status: {
          state: 'UpgradePending',
          installedCSV: 'shop.v1',
          conditions: [condition('InstallPlanPending', 'True', 'RequiresApproval')],
        },
      },
      'current',
      /ready/,
    ],
    [
      'whose installation failed',
      { status: { state: 'AtLatestKnown', conditions: [condition('InstallPlanFailed', 'True', '', 'no such crd')] } },
      'failed',
      /no such crd/,
    ],
    [
      'unsupported',
      {
        status: {
          conditions: [condition('ResolutionFailed', 'True', 'ConstraintsNotSatisfiable', 'no operators found')],
        },
      },
      'failed',
      /no operators found/,
    ],
  ],
  'operators.coreos.com/v1alpha1 ClusterServiceVersion': [
    ['installed', { status: { phase: 'Succeeded' } }, 'current', /ready/],
    ['installing', { status: { phase: 'Installing' } }, 'progressing', /Installing/],
    [
      'failed',
      { status: { phase: 'Failed', message: 'install strategy failed' } },
      'failed',
      /install strategy failed/,
    ],
  ],
  'operators.coreos.com/v1alpha1 InstallPlan': [
    ['complete', { status: { phase: 'Complete' } }, 'current', /ready/],
    ['installing', { status: { phase: 'Installing' } }, 'progressing', /Installing/],
    ['waiting for approval', { status: { phase: 'RequiresApproval' } }, 'paused', /RequiresApproval/],
    ['failed', { status: { phase: 'Failed' } }, 'failed', /Failed/],
  ],
};

export const pipelines: Examples = {
  'tekton.dev/v1 PipelineRun': [
    ['succeeded', { status: { conditions: [condition('Succeeded', 'True', 'Succeeded')] } }, 'current', /ready/],
    [
      'running',
      { status: { conditions: [condition('Succeeded', 'Unknown', 'Running', 'Tasks Completed: 1')] } },
      'progressing',
      /Running: Tasks Completed: 1/,
    ],
    [
      'failed',
      { status: { conditions: [condition('Succeeded', 'False', 'Failed', 'Tasks Completed: 2 (Failed: 1)')] } },
      'failed',
      /Failed: 1/,
    ],
    ['pending', { spec: { status: 'PipelineRunPending' } }, 'suspended', /PipelineRunPending/],
  ],
  'triggers.tekton.dev/v1beta1 EventListener': [
    ['serving', { status: { conditions: [condition('Available', 'True')] } }, 'current', /ready/],
    [
      'starting',
      { status: { conditions: [condition('Available', 'False', '', 'minimum')] } },
      'progressing',
      /minimum/,
    ],
  ],
};
