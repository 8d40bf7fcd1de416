/**
 * The properties that have a value. For objects whose optional properties may be absent but never `undefined`:
 * `{ name, ...defined({ port }) }`.
 */
export function defined<T extends object>(values: T): { [Key in keyof T]?: Exclude<T[Key], undefined> };
export function defined(values: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
