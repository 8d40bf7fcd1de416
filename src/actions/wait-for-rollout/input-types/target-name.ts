import { type InputType, InvalidInput } from '../../../core/input-types.ts';
import { suggestTarget } from './suggest-target.ts';

/** A target as a line of input `resources` names it. */
export interface TargetName {
  /** Undefined: the namespaces of input `namespace`, or the namespace of the context. */
  readonly namespace: string | undefined;
  /** `deployment`, `deploy`, `application.argoproj.io`. */
  readonly kind: string;
  readonly name: string;
}

const NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

export const targetName: InputType<TargetName> = {
  expects: 'kind/name or namespace/kind/name, such as deployment/shop or staging/deployment/shop',
  parse(text) {
    const problem = problemOf(text);
    if (problem === undefined) {
      const parts = partsOf(text);
      const [namespace, kind = '', name = ''] = parts.length === 3 ? parts : [undefined, ...parts];
      return { namespace, kind, name };
    }
    throw new InvalidInput(suggestTarget(text, (line) => problemOf(line) === undefined) ?? problem);
  },
};

function partsOf(text: string): string[] {
  return text.split('/').map((part) => part.trim());
}

/** What is wrong with a line; undefined if it names a target. */
function problemOf(text: string): string | undefined {
  const parts = partsOf(text);
  const [namespace, kind, name] = parts.length === 3 ? parts : [undefined, ...parts];
  if (parts.length < 2 || parts.length > 3 || !kind || !name) return '';
  if (!/^[A-Za-z][A-Za-z0-9.-]*$/.test(kind)) return `"${kind}" is not the name of a kind.`;
  const wrong = [namespace, name].find((part) => part !== undefined && !NAME.test(part));
  return wrong === undefined
    ? undefined
    : `"${wrong}" is not a Kubernetes name: use lower-case letters, digits, "-" and ".".`;
}

export const namespaceName: InputType<string> = {
  expects: 'the name of a namespace',
  parse(text) {
    if (/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text)) return text;
    throw new InvalidInput('A namespace has lower-case letters, digits and "-".');
  },
};
