import { invalidInput } from '../../../core/inputs.ts';
import { TAG } from '../../../image/reference.ts';
import type { GitContext } from '../git-context.ts';
import type { TagRule, TagType } from './rule.ts';
import { parseSemanticVersion, type SemanticVersion } from './version.ts';

/** docker/metadata-action's order: the first tag is the version. */
const PRIORITY: Readonly<Record<TagType, number>> = { semver: 900, ref: 600, raw: 200, sha: 100 };

/**
 * The tags that the rules give for this commit and event, the most telling first, each once.
 * @throws ActionError `input-invalid` where no rule gives one, or one gives what is no tag.
 */
export function tagsFor(rules: readonly TagRule[], git: GitContext): readonly string[] {
  const tags = rules
    .filter(({ attributes }) => isEnabled(attributes['enable'], git))
    .map((rule) => ({ tag: tagFor(rule, git), priority: Number(rule.attributes['priority'] ?? PRIORITY[rule.type]) }))
    .sort((a, b) => b.priority - a.priority)
    .flatMap(({ tag }) => (tag === undefined ? [] : [tag]));
  const [first] = tags;
  if (first === undefined)
    throw invalidInput('tags', `gives no tag for ${git.ref === '' ? 'a run without a Git ref' : git.ref}.`, [
      'Add a rule that always gives one, such as `type=sha`.',
    ]);
  return [...new Set(tags)];
}

function tagFor({ type, attributes }: TagRule, git: GitContext): string | undefined {
  const { prefix, suffix = '' } = attributes;
  const body = bodyOf(type, attributes, git);
  if (body === undefined || body === '') return undefined;
  const standard = type === 'sha' ? 'sha-' : type === 'ref' && attributes['event'] === 'pr' ? 'pr-' : '';
  const tag = clean(`${fill(prefix ?? standard, git)}${body}${fill(suffix, git)}`);
  if (!TAG.test(tag))
    throw invalidInput('tags', `gives "${tag}", which is no tag.`, ['A tag begins with a letter, a digit or "_".']);
  return tag;
}

function bodyOf(type: TagType, attributes: Readonly<Record<string, string>>, git: GitContext): string | undefined {
  switch (type) {
    case 'raw':
      return fill(attributes['value'] ?? '', git);
    case 'sha':
      return attributes['format'] === 'long' ? git.sha : git.sha.slice(0, 7);
    case 'ref':
      return refBody(attributes['event'], git);
    case 'semver':
      return semverBody(attributes['pattern'] ?? '', attributes['value'], git);
  }
}

function refBody(event: string | undefined, git: GitContext): string | undefined {
  if (event === 'pr') return git.pullRequest;
  return event === 'tag' ? git.tag : git.branch;
}

function semverBody(pattern: string, value: string | undefined, git: GitContext): string | undefined {
  const text = value === undefined ? git.tag : fill(value, git);
  if (text === undefined) return undefined;
  const version = parseSemanticVersion(text);
  if (!version) {
    if (value === undefined) return undefined;
    throw invalidInput('tags', `has type=semver with the value "${text}", which is not a semantic version.`, [
      'Give one such as 1.4.2 or v2.0.0-rc.1.',
    ]);
  }
  // `1.4` of a pre-release would move the tag of the releases.
  return version.prerelease === '' || pattern.includes('{{raw}}') ? fillVersion(pattern, version, text) : version.full;
}

function fillVersion(pattern: string, version: SemanticVersion, raw: string): string {
  const values: Readonly<Record<string, string>> = {
    raw,
    version: version.full,
    major: version.major,
    minor: version.minor,
    patch: version.patch,
  };
  return replace(pattern, values);
}

function isEnabled(expression: string | undefined, git: GitContext): boolean {
  const value = fill(expression ?? 'true', git);
  if (value === 'true' || value === 'false') return value === 'true';
  throw invalidInput('tags', `has enable=${value}.`, ['It takes true or false.']);
}

function fill(text: string, git: GitContext): string {
  return replace(text, {
    branch: git.branch ?? '',
    tag: git.tag ?? '',
    sha: git.sha.slice(0, 7),
    base_ref: git.baseBranch ?? '',
    is_default_branch: String(git.isDefaultBranch),
    is_not_default_branch: String(!git.isDefaultBranch),
  });
}

function replace(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{\{\s*([^}]*?)\s*\}\}/g, (whole, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value !== undefined) return value;
    throw invalidInput('tags', `holds "${whole}", which stands for nothing here.`, [
      `Known here: ${Object.keys(values)
        .map((known) => `{{${known}}}`)
        .join(', ')}.`,
    ]);
  });
}

/** `feature/cart` → `feature-cart`, at most 128 characters, not beginning with `.` or `-`. */
function clean(text: string): string {
  return text
    .replace(/[^A-Za-z0-9_.-]/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 128);
}
