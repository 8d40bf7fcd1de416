import type { StatusTable } from '../rule/status-table.ts';
import { all, any, field, no, yes } from '../rule/status-test.ts';

/** Virtual machines, and jobs of data and machine learning. */
export const compute: readonly StatusTable[] = [
  {
    groups: ['kubevirt.io'],
    kinds: ['VirtualMachine'],
    suspended: [yes('Paused'), field('status.printableStatus', 'Stopped')],
    current: [yes('Ready')],
    troubled: [
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
    suspended: [yes('Paused')],
    current: [yes('Ready')],
    failed: [field('status.phase', 'Failed')],
  },
  {
    groups: ['cdi.kubevirt.io'],
    kinds: ['DataVolume'],
    once: true,
    suspended: [field('status.phase', 'Paused')],
    current: [field('status.phase', 'Succeeded')],
    failed: [field('status.phase', 'Failed')],
  },
  {
    groups: ['sparkoperator.k8s.io'],
    kinds: ['SparkApplication'],
    once: true,
    current: [field('status.applicationState.state', 'RUNNING', 'COMPLETED')],
    failed: [field('status.applicationState.state', 'FAILED')],
    says: 'status.applicationState.errorMessage',
  },
  {
    groups: ['flink.apache.org'],
    kinds: ['FlinkDeployment', 'FlinkSessionJob'],
    suspended: [field('status.lifecycleState', 'SUSPENDED')],
    current: [field('status.lifecycleState', 'STABLE')],
    degraded: [field('status.lifecycleState', 'FAILED', 'ROLLED_BACK')],
    says: 'status.error',
  },
  {
    groups: ['ray.io'],
    kinds: ['RayCluster'],
    suspended: [field('status.state', 'suspended')],
    current: [field('status.state', 'ready')],
    troubled: [field('status.state', 'failed')],
    says: 'status.reason',
  },
  {
    groups: ['ray.io'],
    kinds: ['RayService'],
    current: [any(yes('Ready'), field('status.serviceStatus', 'Running'))],
  },
  {
    groups: ['ray.io'],
    kinds: ['RayJob'],
    once: true,
    suspended: [field('status.jobDeploymentStatus', 'Suspended')],
    current: [field('status.jobStatus', 'SUCCEEDED')],
    // A failed attempt is no failed job yet: it may be tried again.
    failed: [
      field('status.jobDeploymentStatus', 'Failed', 'ValidationFailed'),
      all(field('status.jobDeploymentStatus', 'Complete'), field('status.jobStatus', 'FAILED', 'STOPPED')),
    ],
    says: 'status.message',
  },
  {
    groups: ['kubeflow.org'],
    kinds: ['PyTorchJob', 'TFJob', 'MPIJob', 'XGBoostJob', 'PaddleJob', 'JAXJob'],
    once: true,
    suspended: [yes('Suspended')],
    current: [yes('Succeeded')],
    failed: [yes('Failed')],
  },
  {
    groups: ['serving.kserve.io'],
    kinds: ['InferenceService'],
    current: [yes('Ready')],
    degraded: [no('Ready')],
  },
];
