import { ActionError } from '../../../core/error.ts';
import type { BumpResult } from '../../../manifest/bump/bump-result.ts';
import { listed } from './listed.ts';

/** @throws ActionError `unexpected-count`. */
export function requireCount({ matched }: BumpResult, expect: number | undefined): void {
  if (expect === undefined || expect === matched.length) return;
  throw new ActionError({
    code: 'unexpected-count',
    message: listed(
      `${matched.length} fields name the images, but \`expect\` is ${expect}${matched.length > 0 ? ':' : '.'}`,
      matched.map(({ file, line, path, from }) => `${file}:${line} ${path} (${from})`),
    ),
    remedy: 'Narrow the search with `paths` or `kinds`, name missing fields with `fields`, or correct `expect`.',
  });
}
