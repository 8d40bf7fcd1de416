/** What a token allows, as the token server reads it: `repository:acme/shop:pull,push`. */
export type TokenScope = `repository:${string}:${'pull' | 'pull,push'}`;

export function pullScope(repository: string): TokenScope {
  return `repository:${repository}:pull`;
}

export function pushScope(repository: string): TokenScope {
  return `repository:${repository}:pull,push`;
}
