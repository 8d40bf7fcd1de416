import { InvalidInput } from '../../core/input-types.ts';
import type { PathStep } from './tree.ts';

/**
 * The path to a value in a document. As text:
 *
 *     spec.template.spec.containers[name=app].image    keys, and a list item by one of its values
 *     metadata.annotations["acme.io/image"]            a key with dots or other special characters
 *     items[0].spec                                    a list item by its index
 *     spec.steps[*].image, services.*.image            every item of a list, every value of a mapping
 *     **.image                                         at any depth
 *     spec.source.helm.values|image.tag                into the YAML text of a block scalar
 */
export type NodePath = readonly PathStep[];

const QUOTED = '"(?:[^"\\\\]|\\\\.)*"';
const STEP = new RegExp(
  [
    String.raw`(?<dot>\.?)(?<name>\*\*?|[^.[\]"'*|\s]+)`,
    String.raw`\[(?<index>\d+)\]`,
    String.raw`\[(?<each>\*)\]`,
    String.raw`\[(?<key>${QUOTED})\]`,
    String.raw`\[(?<itemKey>[^\]="]+)=(?<itemValue>${QUOTED}|[^\]"]+)\]`,
    String.raw`(?<embedded>\|)`,
  ].join('|'),
  'y',
);

/** @throws InvalidInput if the text isn't a path. */
export function parsePath(text: string): NodePath {
  const steps: PathStep[] = [];
  for (let at = 0; at < text.length; at = STEP.lastIndex) {
    STEP.lastIndex = at;
    const step = stepOf(STEP.exec(text)?.groups, steps.at(-1));
    if (!step)
      throw new InvalidInput(
        `A path looks like spec.containers[name=app].image; "${text.slice(at)}" is not a step of a path.`,
      );
    steps.push(step);
  }
  if (steps.length === 0) throw new InvalidInput('The path is empty.');
  return steps;
}

function stepOf(
  found: Record<string, string | undefined> | undefined,
  before: PathStep | undefined,
): PathStep | undefined {
  if (!found) return undefined;
  const { dot, name, index, each, key, itemKey, itemValue, embedded } = found;
  if (name !== undefined) {
    const first = before === undefined || before.kind === 'embedded';
    if (first !== (dot === '')) return undefined;
    return name === '*' ? { kind: 'each' } : name === '**' ? { kind: 'deep' } : { kind: 'key', key: name };
  }
  if (index !== undefined) return { kind: 'index', index: Number(index) };
  if (each !== undefined) return { kind: 'each' };
  if (key !== undefined) return { kind: 'key', key: unquoted(key) };
  if (itemKey !== undefined && itemValue !== undefined)
    return { kind: 'item', key: itemKey, value: unquoted(itemValue) };
  return embedded !== undefined && before !== undefined ? { kind: 'embedded' } : undefined;
}

export function formatPath(path: NodePath): string {
  return path.map((step, index) => formatStep(step, index === 0 || path[index - 1]?.kind === 'embedded')).join('');
}

function formatStep(step: PathStep, first: boolean): string {
  const dot = first ? '' : '.';
  switch (step.kind) {
    case 'key':
      return /^[^.[\]"'*|\s]+$/.test(step.key) ? `${dot}${step.key}` : `[${JSON.stringify(step.key)}]`;
    case 'index':
      return `[${step.index}]`;
    case 'item':
      return `[${step.key}=${/^[^\]"]+$/.test(step.value) ? step.value : JSON.stringify(step.value)}]`;
    case 'each':
      return '[*]';
    case 'deep':
      return `${dot}**`;
    case 'embedded':
      return '|';
  }
}

function unquoted(text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    throw new InvalidInput(`${text} is not a JSON string.`);
  }
}
