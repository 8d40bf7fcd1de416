import { type InputType, InvalidInput } from '../../../core/input-types.ts';

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
    const parts = text.split('/').map((part) => part.trim());
    const [namespace, kind, name] = parts.length === 3 ? parts : [undefined, ...parts];
    if (parts.length < 2 || parts.length > 3 || !kind || !name)
      throw new InvalidInput(parts.length === 1 ? `Add the kind: did you mean "deployment/${text}"?` : '');
    if (!/^[A-Za-z][A-Za-z0-9.-]*$/.test(kind)) throw new InvalidInput(`"${kind}" is not the name of a kind.`);
    const wrong = [namespace, name].find((part) => part !== undefined && !NAME.test(part));
    if (wrong !== undefined)
      throw new InvalidInput(`"${wrong}" is not a Kubernetes name: use lower-case letters, digits, "-" and ".".`);
    return { namespace, kind, name };
  },
};

export const namespaceName: InputType<string> = {
  expects: 'the name of a namespace',
  parse(text) {
    if (/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text)) return text;
    throw new InvalidInput('A namespace has lower-case letters, digits and "-".');
  },
};
