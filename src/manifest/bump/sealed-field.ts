import { type Cursor, child, itemAt, items, type PathStep, rootOf, textAt } from '../syntax/tree.ts';
import type { BumpResult } from './bump-result.ts';
import type { FieldWrite } from './field-writes.ts';
import { type FieldRefused, refuse, type SopsValue } from './obstacle.ts';

const REASON = 'counts in the MAC of SOPS: an edit would make the file impossible to decrypt';

/** Why a field of a file that SOPS sealed can't be changed. */
export function sealedField(file: string, writes: readonly FieldWrite[]): FieldRefused {
  return refuse(REASON, { code: 'sops-mac', file, values: writes.map(sopsValue) });
}

/** If other fields of an image can be changed, those that SOPS sealed are left as they are. */
export function withSealedLeft(result: BumpResult): BumpResult {
  const matched = new Set(result.matched.map(({ bump }) => bump));
  const isLeft = ({ obstacle, bump }: BumpResult['refused'][number]) =>
    obstacle.code === 'sops-mac' && bump !== undefined && matched.has(bump);
  const left = result.refused.filter(isLeft);
  return {
    ...result,
    unchanged: [...result.unchanged, ...left],
    refused: result.refused.filter((refused) => !isLeft(refused)),
  };
}

/** The index counts in the first document of a file only: `sops set` knows no other. */
function sopsValue({ document, path, text }: FieldWrite): SopsValue {
  let index = '';
  let here = document.holder || document.index > 0 ? undefined : rootOf(document);
  for (const step of path.slice(0, -1)) {
    const position = here && positionOf(here, step);
    if (!here || position === undefined) return { index: undefined, text };
    index += `[${JSON.stringify(position)}]`;
    here = typeof position === 'number' ? itemAt(here, position) : child(here, position);
  }
  const last = path.at(-1);
  const position = here && last && positionOf(here, last);
  return { index: position === undefined ? undefined : `${index}[${JSON.stringify(position)}]`, text };
}

/** The key or index of a step. */
function positionOf(cursor: Cursor, step: PathStep): string | number | undefined {
  if (step.kind === 'key') return step.key;
  if (step.kind === 'index') return step.index;
  if (step.kind !== 'item') return undefined;
  const at = items(cursor).findIndex((item) => textAt(item, step.key) === step.value);
  return at < 0 ? undefined : at;
}
