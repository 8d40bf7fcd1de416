import type { InputType, InputTypeWithEmpty } from './input-types.ts';

/** The name of an input in code: `registry-username` → `registryUsername`. */
export type CamelCase<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

export interface InputSpec<T> {
  /** Markdown for action.yml and the README. */
  readonly description: string;
  /** One valid value, shown in errors and docs. */
  readonly example: string;
  readonly type: InputType<T>;
  readonly presence: 'required' | 'optional';
  /** The default in action.yml. The runner evaluates a workflow expression (`${{ … }}`). */
  readonly default: string | undefined;
  /** Whether the value is masked before anything else happens; a function returns the parts to mask. */
  readonly secret: boolean | SecretParts;
  /** The value if the input is not given and has no default. */
  readonly absent: T | undefined;
}

/** Returns the parts of a value that are secret, for example the credentials in a kubeconfig. */
export type SecretParts = (value: string) => readonly string[] | Promise<readonly string[]>;

interface Documentation {
  readonly description: string;
  readonly example: string;
  readonly secret?: true | SecretParts;
}

export interface OutputSpec {
  readonly description: string;
  /** Whether a later step needs it byte for byte: then only known secrets are redacted in it, nothing that only looks like a credential. */
  readonly isVerbatim?: true;
}

type InputSpecs = Readonly<Record<string, InputSpec<unknown>>>;
type OutputSpecs = Readonly<Record<string, OutputSpec>>;

export interface Contract<I extends InputSpecs = InputSpecs, O extends OutputSpecs = OutputSpecs> {
  readonly name: string;
  /** One sentence, shown by action.yml. */
  readonly description: string;
  /** A Feather icon and a color, both from the sets that action.yml allows. */
  readonly branding: { readonly icon: string; readonly color: string };
  readonly inputs: I;
  readonly outputs: O;
}

/** The parsed inputs by their camel-case names. */
export type InputValues<C extends Contract> = {
  readonly [Name in keyof C['inputs'] & string as CamelCase<Name>]: C['inputs'][Name] extends InputSpec<infer T>
    ? T
    : never;
};

export type OutputName<C extends Contract> = CamelCase<keyof C['outputs'] & string>;

/** An input that must be given. */
export function required<T>(type: InputType<T>, documentation: Documentation): InputSpec<T> {
  return {
    ...documentation,
    type,
    presence: 'required',
    default: undefined,
    secret: documentation.secret ?? false,
    absent: undefined,
  };
}

/** An input with a default, which is parsed like a given value. */
export function defaulted<T>(type: InputType<T>, value: string, documentation: Documentation): InputSpec<T> {
  return {
    ...documentation,
    type,
    presence: 'optional',
    default: value,
    secret: documentation.secret ?? false,
    absent: undefined,
  };
}

/** An input that may be left out: its value is then `undefined`, or the empty value of its type. */
export function optional<T>(type: InputTypeWithEmpty<T>, documentation: Documentation): InputSpec<T>;
export function optional<T>(type: InputType<T>, documentation: Documentation): InputSpec<T | undefined>;
export function optional<T>(
  type: InputType<T> | InputTypeWithEmpty<T>,
  documentation: Documentation,
): InputSpec<T | undefined> {
  const absent = 'empty' in type ? type.empty : undefined;
  return {
    ...documentation,
    type,
    presence: 'optional',
    default: undefined,
    secret: documentation.secret ?? false,
    absent,
  };
}

export function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The outputs that every action has. */
export const commonOutputs = {
  status: { description: '`success`, `failure`, `cancelled` or `skipped`.' },
  record: { description: 'The delivery record: one line of JSON about what the action did.' },
  summary: { description: 'The job summary, as Markdown.' },
} as const;

export function defineContract<I extends InputSpecs, O extends OutputSpecs>(
  contract: Contract<I, O>,
): Contract<I, O & typeof commonOutputs> {
  return { ...contract, outputs: { ...contract.outputs, ...commonOutputs } };
}
