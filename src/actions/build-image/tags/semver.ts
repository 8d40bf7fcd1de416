import { invalidInput } from '../../../core/inputs.ts';
import { parseSemanticVersion, type SemanticVersion } from './semantic-version.ts';
import type { TagType } from './tag-type.ts';
import { fillTemplate, replacePlaceholders } from './template.ts';

/** Parts of a version: `type=semver,pattern={{major}}.{{minor}}` gives `1.4` for the Git tag `v1.4.2`. */
export const semver: TagType = {
  priority: 900,
  attributes: ['pattern', 'value'],
  problem: ({ pattern }) =>
    pattern === undefined ? 'type=semver needs pattern=…, such as pattern={{version}}.' : undefined,
  prefix: () => '',
  tag({ pattern = '', value }, git) {
    const text = value === undefined ? git.tag : fillTemplate(value, git);
    if (text === undefined) return undefined;
    const version = parseSemanticVersion(text);
    if (version) return versionTag(pattern, version, text);
    // A Git tag may have another form; a value must be a version.
    if (value === undefined) return undefined;
    throw invalidInput('tags', `has type=semver with the value "${text}", which is not a semantic version.`, [
      'Give a version such as 1.4.2 or v2.0.0-rc.1.',
    ]);
  },
};

function versionTag(pattern: string, version: SemanticVersion, text: string): string {
  const { full, major, minor, patch, prerelease } = version;
  // A pre-release of 1.4.0 must not move the tag 1.4 away from the last release.
  if (prerelease !== '' && !pattern.includes('{{raw}}')) return full;
  return replacePlaceholders(pattern, { raw: text, version: full, major, minor, patch });
}
