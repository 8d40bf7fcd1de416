import { invalidInput } from '../../../core/inputs.ts';
import { TAG } from '../../../image/reference.ts';
import type { GitContext } from '../source/git-context.ts';
import type { TagRule } from './rule.ts';
import { fillTemplate } from './template.ts';
import { TAG_TYPES } from './types.ts';

/**
 * The tags that the rules give for this commit and event, the one with the highest priority first, each once.
 * @throws ActionError `input-invalid` if no rule gives a tag, or one gives an invalid tag.
 */
export function tagsFor(rules: readonly TagRule[], git: GitContext): readonly [string, ...string[]] {
  const tags = rules
    .filter(({ attributes }) => isEnabled(attributes['enable'], git))
    .map((rule) => ({ tag: tagFor(rule, git), priority: priorityOf(rule) }))
    .sort((a, b) => b.priority - a.priority)
    .flatMap(({ tag }) => (tag === undefined ? [] : [tag]));
  const [first, ...more] = new Set(tags);
  if (first !== undefined) return [first, ...more];
  throw invalidInput('tags', `gives no tag for ${git.ref === '' ? 'a run without a Git ref' : git.ref}.`, [
    'Add a rule that always gives a tag, such as `type=sha`.',
  ]);
}

function priorityOf({ type, attributes }: TagRule): number {
  return Number(attributes['priority'] ?? TAG_TYPES[type].priority);
}

function tagFor({ type, attributes }: TagRule, git: GitContext): string | undefined {
  const { prefix = TAG_TYPES[type].prefix(attributes), suffix = '' } = attributes;
  const body = TAG_TYPES[type].tag(attributes, git);
  if (body === undefined || body === '') return undefined;
  const tag = sanitize(`${fillTemplate(prefix, git)}${body}${fillTemplate(suffix, git)}`);
  if (TAG.test(tag)) return tag;
  throw invalidInput('tags', `gives "${tag}", which is not a tag.`, ['A tag begins with a letter, a digit or "_".']);
}

function isEnabled(expression: string | undefined, git: GitContext): boolean {
  const value = fillTemplate(expression ?? 'true', git);
  if (value === 'true' || value === 'false') return value === 'true';
  throw invalidInput('tags', `has enable=${value}.`, ['It takes true or false.']);
}

/** `feature/cart` → `feature-cart`. At most 128 characters, without a leading `.` or `-`. */
function sanitize(text: string): string {
  return text
    .replace(/[^A-Za-z0-9_.-]/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 128);
}
