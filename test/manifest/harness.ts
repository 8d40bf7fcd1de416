import { bumpFile } from '../../src/manifest/bump/bump-file.ts';
import { bumpPrefilter } from '../../src/manifest/bump/bump-prefilter.ts';
import type { BumpRules, FileBump } from '../../src/manifest/bump/bump-result.ts';
import { imageBump } from '../../src/manifest/bump/image-bump.ts';
import type { BumpPolicy } from '../../src/manifest/bump/policy.ts';
import { readImagePolicies } from '../../src/manifest/fields/image-policies.ts';
import { namedField } from '../../src/manifest/fields/named-fields.ts';
import { type FieldKind, finders } from '../../src/manifest/finders/finders.ts';
import { loadParser } from '../../src/manifest/syntax/parse.ts';
import { invariant } from '../jest-support.ts';

export interface BumpOptions {
  readonly image: string | readonly string[];
  readonly pin?: BumpPolicy['pin'];
  readonly aliases?: BumpPolicy['aliases'];
  readonly create?: boolean;
  readonly newerOnly?: boolean;
  readonly kinds?: readonly FieldKind[];
  readonly fields?: readonly string[];
  readonly embedded?: boolean;
  readonly file?: string;
}

const parser = await loadParser();

/** A digest that repeats one hexadecimal digit. */
export function digest(digit: string): string {
  return `sha256:${digit.repeat(64)}`;
}

/** The rules of a bump, with the action's defaults. */
export function bumpRules(options: BumpOptions): BumpRules {
  return {
    bumps: [options.image].flat().map((image) => imageBump.parse(image)),
    policy: {
      pin: options.pin ?? 'keep-shape',
      aliases: options.aliases ?? 'fail',
      create: options.create ?? false,
      newerOnly: options.newerOnly ?? false,
    },
    fields: {
      kinds: options.kinds ?? [],
      named: (options.fields ?? []).map((field) => namedField.parse(field)),
      embedded: options.embedded ?? true,
    },
  };
}

/** Bumps a text in memory, as the action does with a file. */
export function bump(text: string, options: BumpOptions): FileBump {
  const rules = bumpRules(options);
  const manifest = { file: options.file ?? 'app.yaml', text };
  const prefilter = bumpPrefilter(rules.bumps, rules.fields.named);
  return bumpFile(manifest, { rules, prefilter, parser, policies: readImagePolicies([manifest], parser) });
}

/** The text after a bump; the same text if nothing changes. */
export function bumped(text: string, options: BumpOptions): string {
  const result = bump(text, options);
  if (result.refused.length > 0) throw new Error(result.refused.map(({ reason }) => reason).join('; '));
  return result.edited?.text ?? text;
}

export const SHOP = 'ghcr.io/acme/shop';

/** The fields of the shop's image that a bump to v2 matches, as `kind path`. Fails if the keywords of a kind miss one of its fields. */
export function matchedFields(text: string, options: Partial<BumpOptions> = {}): string[] {
  return bump(text, { image: `${SHOP}:v2`, ...options }).matched.map(({ kind, path }) => {
    const { keywords } = finders.find(({ name }) => name === kind) ?? { keywords: [''] };
    invariant(
      keywords.some((keyword) => text.includes(keyword)),
      `no keyword of ${kind} is in the document`,
    );
    return `${kind} ${path}`;
  });
}

/** The text after a bump of the shop's image to v2. */
export function bumpedToV2(text: string, options: Partial<BumpOptions> = {}): string {
  return bumped(text, { image: `${SHOP}:v2`, ...options });
}
