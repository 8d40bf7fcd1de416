import type { RolloutFixture, WorkloadOverrides } from '../rollout-fixture.ts';

/** A Deployment that can't become ready, and what wait-for-rollout must say about it. */
export interface FailingWorkload extends WorkloadOverrides {
  readonly cause: string;
  /** Distinguishes workloads with the same cause. */
  readonly variant?: string;
  /** Labels of the namespace. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Other objects of the namespace. */
  readonly namespaceObjects?: readonly object[];
  /** Prepares the cluster before the workload is created. Returns the created objects. */
  readonly prepareCluster?: (rollouts: RolloutFixture, namespace: string) => Promise<readonly object[]>;
  /** More inputs: a short `grace` for causes with a long one, `stable-for` for workloads that are ready at first. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Matches the first status or event that shows the cause. */
  readonly evidence: RegExp;
  /** Must match the log. */
  readonly log: RegExp;
}

/** A container that runs a shell script. */
export const script = (text: string) => ({ container: { command: ['/busybox', 'sh', '-c', text] } });
