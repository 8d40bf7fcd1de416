import { showInvisible } from '../core/invisible.ts';

/** Instructions to GitHub and other CI systems to skip the checks of a commit: `[skip ci]`, `[ci skip]`, `[no ci]`, `[skip actions]`, … */
const SKIP = /skip|\bci\b|\bno\b|nopipeline/i;

/** Names of trailers that GitHub, CI systems or this suite act on, after their hyphen: `Co-authored-by`, `skip-checks`, `GitOps-Files`. */
const TRAILER = /-(?=(?:by|checks|change|files|as|id) ?:)/gi;

/**
 * Text of others for a commit message or the title of a pull request, which often becomes one: on one line, and without any effect.
 * It mentions nobody, refers to no issue and closes none, is no trailer, and skips no checks. Its letters stay readable; a zero-width
 * space, a non-breaking hyphen, a space or another kind of bracket takes the effect away.
 */
export function inertText(text: string): string {
  return showInvisible(text.replace(/[\s\p{Cc}]+/gu, ' ').trim())
    .replace(/((?<![A-Za-z0-9])@|#)(?=\w)/g, '$1\u200b')
    .replace(/(?<![A-Za-z0-9])(GH)-(?=\d)/gi, '$1\u2011')
    .replace(/:(?=\/\/)/g, ': ')
    .replace(/\[[^[\]]*\]/g, (part) => (SKIP.test(part) ? `(${part.slice(1, -1)})` : part))
    .replace(/no_ci/gi, 'no ci')
    .replace(TRAILER, '\u2011');
}

/** GitHub accepts no longer titles of pull requests. */
export const LONGEST_TITLE = 256;

/** A title from a text that may have line breaks or be too long. */
export function titleLine(text: string, length = LONGEST_TITLE): string {
  const parts = text.split(/[\r\n\u2028\u2029]+/).map((part) => part.trim());
  const line = parts.filter((part) => part !== '').join(' ');
  return line.length <= length ? line : `${line.slice(0, length - 1).toWellFormed()}…`;
}
