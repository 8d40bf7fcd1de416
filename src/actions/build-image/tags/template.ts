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
  return text.replace(/\{\{\s*([^}]*?)\s*\}\}/g, (placeholder, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value !== undefined) return value;
    throw invalidInput('tags', `has the unknown placeholder "${placeholder}".`, [
      `Known here: ${Object.keys(values)
        .map((known) => `{{${known}}}`)
        .join(', ')}.`,
    ]);
  });
}
