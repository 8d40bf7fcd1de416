import { ActionError } from '../../../core/error.ts';
import type { BumpResult } from '../../../manifest/bump/bump-result.ts';
import { obstacleRemedy } from '../remedies/obstacles.ts';
import { listed } from './listed.ts';

/**
 * Checks that every field of the images can be changed: a bump that changes only some of them would deploy two versions.
 * @throws ActionError `field-refused`.
 */
export function requireEditable({ refused }: BumpResult): void {
  if (refused.length === 0) return;
  throw new ActionError({
    code: 'field-refused',
    message: listed(
      refused.length === 1 ? "An image field can't be changed:" : `${refused.length} image fields can't be changed:`,
      refused.map(({ file, line, reason }) => `${file}:${line} ${reason}`),
    ),
    remedy: [...new Set(refused.map(({ obstacle }) => obstacleRemedy(obstacle)))].join(' '),
  });
}
