import type { WorkloadOverrides } from './rollout-fixture.ts';

/** A number of replicas, and more of the workload's spec. */
export const replicas = (count: number, more: object = {}): WorkloadOverrides => ({
  workload: { replicas: count, ...more },
});
/** Becomes ready after three seconds. */
export const slowToReady: WorkloadOverrides = {
  container: { readinessProbe: { exec: { command: ['/busybox', 'true'] }, initialDelaySeconds: 3, periodSeconds: 1 } },
};
/** Never becomes ready. */
export const neverReady: WorkloadOverrides = {
  container: { readinessProbe: { exec: { command: ['/busybox', 'false'] }, periodSeconds: 1 } },
};
/** Exits with code 0 and isn't restarted. */
export const completed: WorkloadOverrides = {
  container: { command: ['/busybox', 'true'] },
  pod: { restartPolicy: 'Never' },
};

/** Merges overrides and sets the image. */
export function withImage(image: string, ...parts: readonly WorkloadOverrides[]): WorkloadOverrides {
  return {
    container: Object.assign({}, ...parts.map(({ container }) => container), { image }),
    pod: Object.assign({}, ...parts.map(({ pod }) => pod)),
    workload: Object.assign({}, ...parts.map(({ workload }) => workload)),
  };
}
