import type { StatusCriteria } from '../rule/status-criteria.ts';
import { all, any, field, isFalse, isTrue, not } from '../rule/status-test.ts';

/** The model that KServe loads, with ModelMesh. */
const loading = 'status.modelStatus.transitionStatus';

/** Virtual machines, and jobs for data processing and machine learning. */
export const compute: readonly StatusCriteria[] = [
  {
    groups: ['kubevirt.io'],
    kinds: ['VirtualMachine'],
    suspended: [isTrue('Paused'), field('status.printableStatus', 'Stopped')],
    current: [isTrue('Ready')],
    reportsError: [
      field(
        'status.printableStatus',
        'CrashLoopBackOff',
        'ErrorUnschedulable',
        'ErrImagePull',
        'ImagePullBackOff',
        'ErrorPvcNotFound',
        'DataVolumeError',
      ),
    ],
  },
  {
    groups: ['kubevirt.io'],
    kinds: ['VirtualMachineInstance'],
    suspended: [isTrue('Paused')],
    current: [isTrue('Ready')],
    failed: [field('status.phase', 'Failed')],
  },
  {
    groups: ['cdi.kubevirt.io'],
    kinds: ['DataVolume'],
    runsOnce: true,
    suspended: [field('status.phase', 'Paused')],
    current: [field('status.phase', 'Succeeded')],
    failed: [field('status.phase', 'Failed')],
    reportsError: [isFalse('Running', 'Error')],
  },
  {
    groups: ['sparkoperator.k8s.io'],
    kinds: ['SparkApplication'],
    runsOnce: true,
    current: [field('status.applicationState.state', 'RUNNING', 'COMPLETED')],
    failed: [field('status.applicationState.state', 'FAILED')],
    message: 'status.applicationState.errorMessage',
    pods: { by: { 'sparkoperator.k8s.io/app-name': { field: 'metadata.name' } }, countsAttempts: true },
  },
  {
    groups: ['jobset.x-k8s.io'],
    kinds: ['JobSet'],
    runsOnce: true,
    suspended: [field('spec.suspend', true)],
    current: [isTrue('Completed')],
    failed: [isTrue('Failed')],
    pods: { by: { 'jobset.sigs.k8s.io/jobset-name': { field: 'metadata.name' } }, countsAttempts: true },
  },
  {
    groups: ['flink.apache.org'],
    kinds: ['FlinkDeployment', 'FlinkSessionJob'],
    suspended: [field('status.lifecycleState', 'SUSPENDED')],
    current: [
      any(
        field('status.lifecycleState', 'STABLE'),
        // Operators before 1.2 write no lifecycleState.
        all(
          not(field('status.lifecycleState')),
          field('status.jobStatus.state', 'RUNNING', 'SUSPENDED'),
          any(
            field('status.reconciliationStatus.state', 'DEPLOYED'),
            field('status.reconciliationStatus.success', true),
          ),
        ),
      ),
    ],
    degraded: [
      field('status.lifecycleState', 'FAILED', 'ROLLED_BACK'),
      field('status.jobManagerDeploymentStatus', 'ERROR'),
    ],
    message: 'status.error',
  },
  {
    groups: ['ray.io'],
    kinds: ['RayCluster'],
    suspended: [field('status.state', 'suspended')],
    current: [field('status.state', 'ready')],
    reportsError: [field('status.state', 'failed')],
    message: 'status.reason',
  },
  {
    groups: ['ray.io'],
    kinds: ['RayService'],
    current: [any(isTrue('Ready'), field('status.serviceStatus', 'Running'))],
  },
  {
    groups: ['ray.io'],
    kinds: ['RayJob'],
    runsOnce: true,
    suspended: [field('status.jobDeploymentStatus', 'Suspended')],
    current: [field('status.jobStatus', 'SUCCEEDED')],
    // A failed attempt may be retried, so it doesn't fail the job.
    failed: [
      field('status.jobDeploymentStatus', 'Failed', 'ValidationFailed'),
      all(field('status.jobDeploymentStatus', 'Complete'), field('status.jobStatus', 'FAILED', 'STOPPED')),
    ],
    message: 'status.message',
  },
  {
    groups: ['kubeflow.org'],
    kinds: ['PyTorchJob', 'TFJob', 'MPIJob', 'XGBoostJob', 'PaddleJob', 'JAXJob'],
    runsOnce: true,
    suspended: [isTrue('Suspended')],
    current: [isTrue('Succeeded')],
    failed: [isTrue('Failed')],
  },
  {
    groups: ['core.spinkube.dev'],
    kinds: ['SpinApp'],
    conventions: true,
    current: [isTrue('Available')],
  },
  {
    groups: ['serving.kserve.io'],
    kinds: ['InferenceService'],
    suspended: [isTrue('Stopped')],
    current: [isTrue('Ready'), any(not(field(loading)), field(loading, 'UpToDate', ''))],
    degraded: [
      field(loading, 'BlockedByFailedLoad', 'InvalidSpec'),
      all(isFalse('Ready'), not(field(loading, 'InProgress'))),
    ],
  },
];
