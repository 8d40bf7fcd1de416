/** `{{ arm }}` in a query: replaced by the label value of the baseline or of the canary. */
export const ARM_PLACEHOLDER = /\{\{\s*arm\s*\}\}/;

export function hasPlaceholder(query: string): boolean {
  return ARM_PLACEHOLDER.test(query);
}
