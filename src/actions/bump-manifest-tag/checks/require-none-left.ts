import { counted } from '../../../core/counted.ts';
import { ActionError } from '../../../core/error.ts';
import type { Log } from '../../../core/log.ts';
import type { BumpResult } from '../../../manifest/bump/bump-result.ts';
import type { ChangePlan } from '../plan.ts';
import { listed } from './listed.ts';

/**
 * Checks that the images stand nowhere with another version. If `if-left` is `warn`, logs one warning.
 * @throws ActionError `image-left`.
 */
export function requireNoneLeft({ left }: BumpResult, { ifLeft }: ChangePlan, log: Log): void {
  if (left.length === 0 || ifLeft === 'ignore') return;
  const count = counted(left.length, 'place');
  const title = `${count} still ${left.length === 1 ? 'has' : 'have'} another version of the image`;
  if (ifLeft === 'warn') {
    // The log has a line for each place.
    const places = left.slice(0, 5).map(({ file, line }) => `${file}:${line}`);
    log.warning(`${title}: ${places.join(', ')}${left.length > 5 ? ', …' : ''}`, {
      title: 'bump-manifest-tag: image-left',
    });
    return;
  }
  throw new ActionError({
    code: 'image-left',
    message: listed(
      `${title}:`,
      left.map(({ file, line, path, reference, reason }) => `${file}:${line} ${path} (${reference}) ${reason}`),
    ),
    remedy:
      'Change it by hand, name it with `fields`, or exclude its file with `paths`; `if-left: warn` lets the step pass.',
  });
}
