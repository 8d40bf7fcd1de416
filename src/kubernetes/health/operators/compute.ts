import type { StatusCriteria } from '../rule/status-criteria.ts';
import { all, any, field, isFalse, isTrue } from '../rule/status-test.ts';

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
  },
  {
    groups: ['sparkoperator.k8s.io'],
    kinds: ['SparkApplication'],
    runsOnce: true,
    current: [field('status.applicationState.state', 'RUNNING', 'COMPLETED')],
    failed: [field('status.applicationState.state', 'FAILED')],
    message: 'status.applicationState.errorMessage',
  },
  {
    groups: ['flink.apache.org'],
    kinds: ['FlinkDeployment', 'FlinkSessionJob'],
    suspended: [field('status.lifecycleState', 'SUSPENDED')],
    current: [field('status.lifecycleState', 'STABLE')],
    degraded: [field('status.lifecycleState', 'FAILED', 'ROLLED_BACK')],
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
    groups: ['serving.kserve.io'],
    kinds: ['InferenceService'],
    current: [isTrue('Ready')],
    degraded: [isFalse('Ready')],
  },
];
