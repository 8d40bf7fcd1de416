import type { InputValues } from '../../core/contract.ts';
import { ActionError } from '../../core/error.ts';
import { invalidInput } from '../../core/inputs.ts';
import { conflictingBumps } from '../../manifest/bump/image-bump.ts';
import type { contract } from './contract.ts';

export type BumpInputs = InputValues<typeof contract>;

/**
 * Checks that the inputs fit together.
 * @throws ActionError `input-missing` or `input-invalid`.
 */
export function requireValidBumpInputs({ mode, image, expect, compareWith }: BumpInputs): void {
  const changesNothing = `\`mode: ${mode}\` changes nothing`;
  if (mode === 'bump' && image.length === 0)
    throw new ActionError({
      code: 'input-missing',
      message: 'Input `image` is missing.',
      remedy:
        'Add, for example, `image: ghcr.io/acme/shop:1.4.2`; `mode: inspect` lists the images without changing them.',
    });
  if (mode !== 'bump' && image.length > 0)
    throw invalidInput('image', `says what to change, but ${changesNothing}.`, [
      'Remove `image`, or set `mode: bump`.',
    ]);
  if (mode !== 'bump' && expect !== undefined)
    throw invalidInput('expect', `counts the fields to change, but ${changesNothing}.`, ['Remove `expect`.']);
  if (mode === 'compare' && compareWith === undefined)
    throw invalidInput('compare-with', 'is missing: `mode: compare` compares `root` with another folder.', [
      'Add the other folder, such as `compare-with: apps/shop/overlays/production`.',
    ]);
  if (mode !== 'compare' && compareWith !== undefined)
    throw invalidInput('compare-with', `has no effect in \`mode: ${mode}\`.`, ['Remove it, or set `mode: compare`.']);
  const conflict = conflictingBumps(image);
  if (conflict) throw invalidInput('image', `${conflict}.`, ['Give each repository one line.']);
}
