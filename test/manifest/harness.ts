import { bumpFile, type FileBump } from '../../src/manifest/bump/bump-file.ts';
import { imageBump } from '../../src/manifest/bump/image-bump.ts';
import type { BumpPolicy } from '../../src/manifest/bump/plan-field.ts';
import { policiesIn } from '../../src/manifest/fields/image-policies.ts';
import { namedField, namedFieldsFinder } from '../../src/manifest/fields/named-fields.ts';
import { bumpPrefilter } from '../../src/manifest/files/prefilter.ts';
import { type FieldKind, findersOf } from '../../src/manifest/finders/finders.ts';
import { loadParser } from '../../src/manifest/syntax/parse.ts';

export interface Asked {
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

/** The digest of nothing in particular: the sign, 64 times. */
export function digest(sign: string): string {
  return `sha256:${sign.repeat(64)}`;
}

/** Bumps one file's text in memory, as the action does with a file. */
export function bump(text: string, asked: Asked): FileBump {
  const bumps = [asked.image].flat().map((image) => imageBump.parse(image));
  const fields = (asked.fields ?? []).map((field) => namedField.parse(field));
  const rules = {
    bumps,
    policy: {
      pin: asked.pin ?? 'keep-shape',
      aliases: asked.aliases ?? 'fail',
      create: asked.create ?? false,
      newerOnly: asked.newerOnly ?? false,
    },
    embedded: asked.embedded ?? true,
    finders: [...findersOf(asked.kinds ?? []), namedFieldsFinder(fields)],
    prefilter: bumpPrefilter(bumps, fields),
  };
  const manifest = { file: asked.file ?? 'app.yaml', text };
  return bumpFile(manifest, rules, parser, policiesIn([manifest], parser));
}

/** The text after a bump; the text itself where nothing is to change. */
export function bumped(text: string, asked: Asked): string {
  const result = bump(text, asked);
  if (result.refused.length > 0) throw new Error(result.refused.map(({ reason }) => reason).join('; '));
  return result.edited?.text ?? text;
}
