import { closestMatch } from '../../../core/closest-match.ts';
import { type InputType, InvalidInput } from '../../../core/input-types.ts';
import { parseReference, TAG } from '../../../image/reference.ts';

/** A line of `tags`, in the grammar of docker/metadata-action. */
export interface TagRule {
  readonly type: TagType;
  readonly attributes: Readonly<Record<string, string>>;
}

export type TagType = keyof typeof ATTRIBUTES;

const COMMON = ['enable', 'priority', 'prefix', 'suffix'];
/** The attributes that each type takes beside the common ones. */
const ATTRIBUTES = {
  raw: ['value'],
  sha: ['format'],
  ref: ['event'],
  semver: ['pattern', 'value'],
} as const;
const EVENTS = ['branch', 'tag', 'pr'];

export const tagRule: InputType<TagRule> = {
  expects: 'a tag such as 1.4.2, or a rule such as type=sha, type=ref,event=branch or type=semver,pattern={{version}}',
  parse(line) {
    if (!/^type\s*=/.test(line)) return { type: 'raw', attributes: { value: plainTag(line) } };
    const { type = '', ...attributes } = Object.fromEntries(fieldsOf(line));
    if (!isType(type)) {
      const near = closestMatch(type, Object.keys(ATTRIBUTES));
      throw new InvalidInput(
        `The type "${type}" is not known${near ? `: did you mean "${near}"?` : '; it is raw, sha, ref or semver.'}`,
      );
    }
    const takes: string[] = [...ATTRIBUTES[type], ...COMMON];
    const unknown = Object.keys(attributes).find((name) => !takes.includes(name));
    if (unknown !== undefined) throw new InvalidInput(`type=${type} takes ${takes.join(', ')}, but not "${unknown}".`);
    const problem = problemOf(type, attributes);
    if (problem !== undefined) throw new InvalidInput(problem);
    return { type, attributes };
  },
};

function problemOf(
  type: TagType,
  { value, event, format, pattern, priority }: Readonly<Record<string, string>>,
): string | undefined {
  if (type === 'raw' && value === undefined) return 'type=raw needs value=….';
  if (type === 'ref' && !EVENTS.includes(event ?? '')) return 'type=ref needs event=branch, event=tag or event=pr.';
  if (type === 'semver' && pattern === undefined) return 'type=semver needs pattern=…, such as pattern={{version}}.';
  if (format !== undefined && !['short', 'long'].includes(format)) return 'format is short or long.';
  if (priority !== undefined && !/^\d+$/.test(priority)) return 'priority is a whole number.';
  return undefined;
}

function plainTag(line: string): string {
  if (TAG.test(line) || line.includes('{{')) return line;
  const reference = parseReference(line);
  if (reference?.tag !== undefined && line.includes('/'))
    throw new InvalidInput(`Write "${reference.tag}" here; the repository stands in \`image\`.`);
  throw new InvalidInput('A tag is 1 to 128 letters, digits, "_", "." or "-", not starting with "." or "-".');
}

/** `type=raw,value="a,b"` as pairs: quotes hold commas together, as in CSV. */
function fieldsOf(line: string): [string, string][] {
  const fields = line.match(/(?:"(?:[^"]|"")*"|\{\{.*?\}\}|[^,"])+/g) ?? [];
  return fields.map((field) => {
    const text = field
      .trim()
      .replace(/^"(.*)"$/s, '$1')
      .replaceAll('""', '"');
    const sign = text.indexOf('=');
    if (sign < 0) throw new InvalidInput(`"${text}" has no "=".`);
    return [
      text.slice(0, sign).trim().toLowerCase(),
      text
        .slice(sign + 1)
        .trim()
        .replace(/^"(.*)"$/s, '$1'),
    ];
  });
}

function isType(type: string): type is TagType {
  return Object.hasOwn(ATTRIBUTES, type);
}
