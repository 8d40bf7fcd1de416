import type { InputValues } from '../../core/contract.ts';
import { ActionError } from '../../core/error.ts';
import { invalidInput } from '../../core/inputs.ts';
import type { contract } from './contract.ts';

export type RolloutInputs = InputValues<typeof contract>;

/** Checks across inputs, before anything is sent. @throws ActionError `input-missing`, `input-invalid`. */
export function requireValidRolloutInputs(inputs: RolloutInputs): void {
  const { resources, manifests, selector, stableFor, timeout, revision, repository, onFailure } = inputs;
  if (stableFor >= timeout)
    throw invalidInput('stable-for', 'is not shorter than `timeout`, so the wait can never succeed.', [
      'Raise `timeout`: it covers the rollout and `stable-for` together.',
    ]);
  if (resources.length === 0 && manifests.length === 0 && selector === undefined)
    throw new ActionError({
      code: 'input-missing',
      message: 'Input `resources` is missing: there is nothing to wait for.',
      remedy: 'Give `resources` (deployment/shop), `selector` or `manifests`.',
    });
  if (repository !== undefined && revision === undefined)
    throw invalidInput('repository', 'is given without `revision`.', [
      'Give the commit that must be applied, or leave both out.',
    ]);
  if (onFailure === 'undo' && revision !== undefined)
    throw invalidInput('on-failure', "can't be `undo` if `revision` is given.", [
      'A commit was deployed, so revert the commit: `mode: revert` of open-gitops-PR.',
    ]);
}
