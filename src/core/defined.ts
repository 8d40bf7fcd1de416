/**
 * Leaves out the properties that are `undefined`, for types whose optional properties must not be `undefined`:
 * `{ name, ...defined({ port }) }`.
 */
export function defined<T extends object>(values: T): { [Key in keyof T]?: Exclude<T[Key], undefined> };
export function defined(values: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
