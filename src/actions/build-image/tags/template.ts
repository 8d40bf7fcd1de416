import { invalidInput } from '../../../core/inputs.ts';
import type { GitContext } from '../source/git-context.ts';

/** Replaces `{{branch}}`, `{{sha}}` and the like. */
export function fillTemplate(text: string, git: GitContext): string {
  return replacePlaceholders(text, {
    branch: git.branch ?? '',
    tag: git.tag ?? '',
    sha: git.sha.slice(0, 7),
    base_ref: git.baseBranch ?? '',
    is_default_branch: String(git.isDefaultBranch),
    is_not_default_branch: String(!git.isDefaultBranch),
  });
}

/** @throws ActionError `input-invalid` if a placeholder has no value. */
export function replacePlaceholders(text: string, values: Readonly<Record<string, string>>): string {
  let replaced = '';
  let at = 0;
  for (let start = text.indexOf('{{'); start >= 0; start = text.indexOf('{{', at)) {
    const end = text.indexOf('}', start + 2);
    if (end < 0) break;
    const isPlaceholder = text[end + 1] === '}';
    replaced += isPlaceholder
      ? text.slice(at, start) + valueFor(text.slice(start, end + 2), values)
      : text.slice(at, end + 1);
    at = end + (isPlaceholder ? 2 : 1);
  }
  return replaced + text.slice(at);
}

function valueFor(placeholder: string, values: Readonly<Record<string, string>>): string {
  const name = placeholder.slice(2, -2).trim();
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value !== undefined) return value;
  throw invalidInput('tags', `has the unknown placeholder "${placeholder}".`, [
    `Known here: ${Object.keys(values)
      .map((known) => `{{${known}}}`)
      .join(', ')}.`,
  ]);
}
