import type { StepResult } from '../../runner/runner.ts';

/** Exit code, result and reason of a run of wait-for-rollout. */
export function outcomeOf({ exitCode, outputs }: StepResult) {
  return [exitCode, outputs['result'], outputs['reason']];
}
