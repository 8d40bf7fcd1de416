/** The package `yaml`: what needs it loads it. */
export type YamlLibrary = typeof import('yaml');

/** The maximum nesting, which recursion over a tree relies on. Nobody writes such a document. */
export const MAX_YAML_DEPTH = 1000;

/** Why a text can't be used. */
export interface YamlProblem {
  readonly kind: 'syntax' | 'too-deep' | 'aliases' | 'duplicate-key';
  /** For `syntax` the message of the library; otherwise the end of a sentence that begins with the document. */
  readonly reason: string;
  /** In UTF-16 units. */
  readonly offset: number;
}

export function tooDeep(offset: number): YamlProblem {
  return { kind: 'too-deep', reason: `is nested too deeply (the limit is ${MAX_YAML_DEPTH} levels)`, offset };
}
