import type { InputType, InputTypeWithEmpty } from './input-types.ts';

/** `registry-username` → `registryUsername`: how code names what users type. */
export type CamelCase<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

export interface InputSpec<T> {
  /** Markdown sentence(s) for action.yml and the README. */
  readonly description: string;
  /** One valid value, shown in errors and docs. */
  readonly example: string;
  readonly type: InputType<T>;
  readonly presence: 'required' | 'optional';
  /** As it stands in action.yml; a workflow expression (`${{ … }}`) is filled by the runner. */
  readonly default: string | undefined;
  /** Masked before anything else happens: the whole value, or the parts of it that this names. */
  readonly secret: boolean | SecretParts;
  /** The value of an input that is not given and has no default. */
  readonly absent: T | undefined;
}

/** The parts of a value that are secret, where the rest may be read: of a kubeconfig the credentials, of its path nothing. */
export type SecretParts = (value: string) => readonly string[];

interface Words {
  readonly description: string;
  readonly example: string;
  readonly secret?: true | SecretParts;
}

export interface OutputSpec {
  readonly description: string;
}

type InputSpecs = Readonly<Record<string, InputSpec<unknown>>>;
type OutputSpecs = Readonly<Record<string, OutputSpec>>;

export interface Contract<I extends InputSpecs = InputSpecs, O extends OutputSpecs = OutputSpecs> {
  readonly name: string;
  /** One sentence, shown by action.yml. */
  readonly description: string;
  /** An icon of the Feather set and a colour that action.yml takes. */
  readonly branding: { readonly icon: string; readonly color: string };
  readonly inputs: I;
  readonly outputs: O;
}

/** What run.ts gets: every input by its camel-case name, parsed. */
export type InputValues<C extends Contract> = {
  readonly [Name in keyof C['inputs'] & string as CamelCase<Name>]: C['inputs'][Name] extends InputSpec<infer T>
    ? T
    : never;
};

export type OutputName<C extends Contract> = CamelCase<keyof C['outputs'] & string>;

/** An input that must be given. */
export function required<T>(type: InputType<T>, words: Words): InputSpec<T> {
  return { ...words, type, presence: 'required', default: undefined, secret: words.secret ?? false, absent: undefined };
}

/** An input with a default; the default is parsed like a typed value. */
export function defaulted<T>(type: InputType<T>, value: string, words: Words): InputSpec<T> {
  return { ...words, type, presence: 'optional', default: value, secret: words.secret ?? false, absent: undefined };
}

/** An input that may be left out: `undefined` then, or the kind's natural empty value. */
export function optional<T>(type: InputTypeWithEmpty<T>, words: Words): InputSpec<T>;
export function optional<T>(type: InputType<T>, words: Words): InputSpec<T | undefined>;
export function optional<T>(type: InputType<T> | InputTypeWithEmpty<T>, words: Words): InputSpec<T | undefined> {
  const absent = 'empty' in type ? type.empty : undefined;
  return { ...words, type, presence: 'optional', default: undefined, secret: words.secret ?? false, absent };
}

export function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Outputs that every action has. */
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
