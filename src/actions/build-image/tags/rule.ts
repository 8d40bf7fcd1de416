import { closestMatch } from '../../../core/closest-match.ts';
import { type InputType, InvalidInput } from '../../../core/input-types.ts';
import { parseReference, TAG } from '../../../image/reference.ts';
import type { TagAttributes } from './tag-type.ts';
import { isTagType, TAG_TYPE_NAMES, TAG_TYPES, type TagTypeName } from './types.ts';

/** A line of the input `tags`, in the grammar of docker/metadata-action. */
export interface TagRule {
  readonly type: TagTypeName;
  readonly attributes: TagAttributes;
}

/** The attributes that every type takes. */
const COMMON = ['enable', 'priority', 'prefix', 'suffix'];

export const tagRule: InputType<TagRule> = {
  expects: 'a tag such as 1.4.2, or a rule such as type=sha, type=ref,event=branch or type=semver,pattern={{version}}',
  parse(line) {
    if (!/^type\s*=/.test(line)) return { type: 'raw', attributes: { value: plainTag(line) } };
    const { type = '', ...attributes } = Object.fromEntries(fieldsOf(line));
    if (!isTagType(type)) throw unknownType(type);
    const known: string[] = [...TAG_TYPES[type].attributes, ...COMMON];
    const unknown = Object.keys(attributes).find((name) => !known.includes(name));
    if (unknown !== undefined) throw new InvalidInput(`type=${type} takes ${known.join(', ')}, but not "${unknown}".`);
    if (!/^\d+$/.test(attributes['priority'] ?? '0')) throw new InvalidInput('priority must be a whole number.');
    const problem = TAG_TYPES[type].problem(attributes);
    if (problem !== undefined) throw new InvalidInput(problem);
    return { type, attributes };
  },
};

function unknownType(type: string): InvalidInput {
  const near = closestMatch(type, TAG_TYPE_NAMES);
  return new InvalidInput(
    `The type "${type}" is unknown${near ? `: did you mean "${near}"?` : `; the types are ${TAG_TYPE_NAMES.join(', ')}.`}`,
  );
}

function plainTag(line: string): string {
  if (TAG.test(line) || line.includes('{{')) return line;
  const reference = parseReference(line);
  if (reference?.tag !== undefined && line.includes('/'))
    throw new InvalidInput(`Write "${reference.tag}" here; the repository belongs in \`image\`.`);
  throw new InvalidInput('A tag is 1 to 128 letters, digits, "_", "." or "-", not starting with "." or "-".');
}

/** `type=raw,"value=a,b"` as pairs. A quoted field may contain commas, as in CSV. */
function fieldsOf(line: string): [string, string][] {
  const fields = line.match(/(?:"(?:[^"]|"")*"|\{\{.*?\}\}|[^,"])+/g) ?? [];
  return fields.map((field) => {
    const text = withoutQuotes(field.trim()).replaceAll('""', '"');
    const sign = text.indexOf('=');
    if (sign < 0) throw new InvalidInput(`"${text}" has no "=".`);
    return [text.slice(0, sign).trim().toLowerCase(), withoutQuotes(text.slice(sign + 1).trim())];
  });
}

function withoutQuotes(text: string): string {
  return text.replace(/^"(.*)"$/s, '$1');
}
