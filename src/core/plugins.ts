/** An entry of a list of plugins (providers, judges …). The list gives it its name: the key that users type. */
export interface Plugin {
  /** Sentences for action.yml and the README. */
  readonly describe: string;
}

/** The names of a list of plugins, as literal types. */
export function pluginNames<List extends Readonly<Record<string, Plugin>>>(plugins: List): (keyof List & string)[];
export function pluginNames(plugins: Readonly<Record<string, Plugin>>): string[] {
  return Object.keys(plugins);
}

/** `` `name`: description `` of each plugin, for the description of the input that chooses one. */
export function describePlugins(plugins: Readonly<Record<string, Plugin>>): string {
  return Object.entries(plugins)
    .map(([name, { describe }]) => `\`${name}\`: ${describe}`)
    .join(' ');
}
