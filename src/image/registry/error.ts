import { ActionError, type ActionProblem } from '../../core/error.ts';

/** What a registry error is about. An action uses it to name the input that solves the problem. */
export interface RegistryFacts {
  readonly registry: string;
  /** The request was anonymous, and a login may help. */
  readonly needsLogin?: boolean;
  /** A host that the registry points to, and whose certificate isn't trusted, or which has no TLS. */
  readonly otherHost?: string;
  /** The registry answered, but not with TLS. */
  readonly lacksTls?: boolean;
}

/** A registry failed or refused a request, or can't be reached. The remedy names no input, so every action can show it. */
export class RegistryError extends ActionError {
  readonly facts: RegistryFacts;

  constructor(problem: ActionProblem & { readonly facts: RegistryFacts }) {
    super(problem);
    this.facts = problem.facts;
  }
}
