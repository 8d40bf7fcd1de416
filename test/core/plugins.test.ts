import { expect, test } from '@jest/globals';
import { describePlugins, pluginNames } from '../../src/core/plugins.ts';

const plugins = { fast: { describe: 'quick, but rough.' }, exact: { describe: 'slow.' } } as const;

test('the names of plugins are the keys of their list, in its order', () => {
  const names: ('fast' | 'exact')[] = pluginNames(plugins);
  expect(names).toStrictEqual(['fast', 'exact']);
});

test('the description of a list of plugins names and describes each of them', () => {
  expect(describePlugins(plugins)).toBe('`fast`: quick, but rough. `exact`: slow.');
});
