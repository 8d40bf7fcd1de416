import { matchesName } from '../../../kubernetes/objects/resource-type.ts';
import { wellKnownTypes } from '../../../kubernetes/objects/well-known.ts';

/** `apps/v1/Deployment/shop`, with or without a namespace before the name. */
const WITH_VERSION = /^(?:([\w.-]+)\/)?(v\d+(?:(?:alpha|beta)\d+)?)\/([A-Za-z]\w*)\/(?:([\w.-]+)\/)?([\w.-]+)$/;

const COMMAND = /^kubectl\s+|\b(?:rollout\s+status|wait|get|describe)\s+/g;
const NAMESPACE_OPTION = /(?:^|\s)(?:-n|--namespace)(?:\s+|=)([^\s=]+)/;
const OPTION = /(?:^|\s)--?[\w-]+(?:=\S*)?(?=\s|$)/g;

/**
 * What a line that names no target was meant to be, as a sentence: people write what kubectl takes (`deployment shop -n staging`), or
 * YAML. Undefined if there is nothing to suggest.
 */
export function suggestTarget(text: string, isValid: (line: string) => boolean): string | undefined {
  if (/\*|\s-l\s|--selector/.test(text)) return 'Name each target; input `selector` finds them by a label.';
  const { lines, separator } = readLine(text);
  if (lines.length > 1 && lines.every(isValid))
    return `Put each target on its own line: ${lines.map((line) => `"${line}"`).join(', ')}.`;
  const [line = ''] = lines;
  if (lines.length === 1 && line !== text && isValid(line)) return `${separator}did you mean "${line}"?`;
  const word = text.replace(/^\/|\/$/g, '');
  if (!/^[\w.-]+$/.test(word)) return undefined;
  if (isKnownKind(word) || text.endsWith('/')) return `Add the name: "${word}/‹name›".`;
  const named = `deployment/${word.toLowerCase()}`;
  return isValid(named) ? `Add the kind: did you mean "${named}"?` : undefined;
}

interface ReadLine {
  /** The targets, as the input takes them. */
  readonly lines: readonly string[];
  /** What should stand between kind and name, if that was wrong. */
  readonly separator: string;
}

function readLine(text: string): ReadLine {
  const plain = text.replace(COMMAND, '').replace(/^-\s+/, '').replace(/["'`]/g, '').trim();
  const [, group, version, kind, place, name] = WITH_VERSION.exec(plain) ?? [];
  if (version !== undefined) {
    const qualified = [kind, version, group].filter(Boolean).join('.');
    return { lines: [[place, qualified, name].filter(Boolean).join('/')], separator: '' };
  }
  const namespace = NAMESPACE_OPTION.exec(plain)?.[1];
  const words = plain
    .replace(NAMESPACE_OPTION, '')
    .replace(OPTION, '')
    .split(/[\s;]+/)
    .filter(Boolean);
  const within = (line: string) => (namespace === undefined ? line : `${namespace}/${line}`);
  if (words.every((word) => word.includes('/')))
    return { lines: words.map((word) => within(lowerName(word.replace(/\/$/, '')))), separator: '' };
  const separator = 'A "/" separates kind and name: ';
  const [first = '', second = '', ...rest] = words.join(' ').split(/\s*[:=]\s*|\s+/);
  if (!isKnownKind(first) && isKnownKind(second) && rest.length > 0)
    return { lines: rest.map((each) => `${first}/${second}/${each}`), separator };
  if (second === '' || (rest.length > 0 && !isKnownKind(first))) return { lines: [], separator };
  return { lines: [second, ...rest].map((each) => within(`${first}/${each.toLowerCase()}`)), separator };
}

/** Names have lower-case letters only, kinds may have others. */
function lowerName(target: string): string {
  const end = target.lastIndexOf('/');
  return target.slice(0, end) + target.slice(end).toLowerCase();
}

function isKnownKind(word: string): boolean {
  return word.toLowerCase() === 'helm' || wellKnownTypes.some((type) => matchesName(type, word));
}
