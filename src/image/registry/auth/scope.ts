/** What a token is for, as the token server reads it: `repository:acme/shop:pull,push`. */
export type Scope = `repository:${string}:${'pull' | 'pull,push'}`;

export function pullScope(repository: string): Scope {
  return `repository:${repository}:pull`;
}

export function pushScope(repository: string): Scope {
  return `repository:${repository}:pull,push`;
}
