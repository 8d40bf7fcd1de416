import { type NodePath, parsePath } from '../syntax/path.ts';
import type { PathStep } from '../syntax/tree.ts';

/**
 * A path as people know it from other tools, in addition to our own form: JSONPath (`$.a['b'][?(@.name=="c")]`), JSON Pointer (`/a/0/b`, RFC
 * 6901), yq (`.a[].b`), kustomize (`a.[name=b]`), and indexes after a dot (`a.0.b`).
 * @throws InvalidInput if the text isn't a path.
 */
export function readNamedPath(text: string): NodePath {
  if (text.startsWith('/')) return pointer(text);
  const filter = /\[\?\(?\s*@\.(?<key>[\w.]{1,100})\s*==\s*(?<value>"[^"\]]*"|'[^'\]]*')\s*\)?\]/g;
  const ours = text
    .replace(filter, (_, key: string, value: string) => `[${key}=${JSON.stringify(value.slice(1, -1))}]`)
    .replace(/\['(?<key>[^'\]]*)'\]/g, (_, key: string) => `[${JSON.stringify(key)}]`)
    .replace(/\[\s*(?<key>[\w.]{1,100})\s*=\s*(?<value>[^\]\s]+)\s*\]/g, '[$<key>=$<value>]')
    .replaceAll('[]', '[*]')
    .replaceAll('.[', '[')
    .replace(/^\$(?=[.[])/, '')
    .replace(/^\.\./, '**.')
    .replace(/^\.(?!\.)/, '');
  const path = text.startsWith('$') ? ours.replaceAll('..', '.**.') : ours;
  return parsePath(path).map(numberAsIndex);
}

function pointer(text: string): NodePath {
  return text
    .slice(1)
    .split('/')
    .map((segment): PathStep => {
      if (segment === '*') return { kind: 'each' };
      const [item] = /^\[.*\]$/.test(segment) ? parsePath(segment) : [];
      return item ?? numberAsIndex({ kind: 'key', key: segment.replaceAll('~1', '/').replaceAll('~0', '~') });
    });
}

/** In most notations a number may be an index or a key; `locate` takes what is there. */
function numberAsIndex(step: PathStep): PathStep {
  return step.kind === 'key' && /^(?:0|[1-9][0-9]{0,8})$/.test(step.key)
    ? { kind: 'index', index: Number(step.key) }
    : step;
}
