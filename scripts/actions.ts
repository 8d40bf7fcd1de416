import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Contract } from '../src/core/contract.ts';

export const ROOT = join(import.meta.dirname, '..');

/** The names of all actions: the folders of src/actions. */
export function actionNames(): string[] {
  return readdirSync(join(ROOT, 'src', 'actions')).sort();
}

export async function loadContract(action: string): Promise<Contract> {
  const module: { contract: Contract } = await import(join(ROOT, 'src', 'actions', action, 'contract.ts'));
  return module.contract;
}
