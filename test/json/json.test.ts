import { expect, test } from '@jest/globals';
import { at, booleanAt, listAt, numberAt, objectAt, parseJson, stringAt } from '../../src/json/json.ts';

const pod = {
  metadata: { name: 'shop' },
  spec: { containers: [{ image: 'a' }, { image: 'b' }] },
  ready: true,
  restarts: 0,
};

test('a value is found by its path', () => {
  expect(stringAt(pod, 'spec', 'containers', 1, 'image')).toBe('b');
  expect(numberAt(pod, 'restarts')).toBe(0);
  expect(booleanAt(pod, 'ready')).toBe(true);
  expect(listAt(pod, 'spec', 'containers').length).toBe(2);
  expect(objectAt(pod, 'metadata')).toStrictEqual({ name: 'shop' });
});

test('a path that is missing, or leads to a value of another type, finds nothing', () => {
  expect(stringAt(pod, 'spec', 'containers', 5, 'image')).toBeUndefined();
  expect(stringAt(pod, 'restarts')).toBeUndefined();
  expect(listAt(pod, 'metadata')).toStrictEqual([]);
  expect(objectAt(pod, 'spec', 'containers')).toBeUndefined();
  expect(at(pod, 'constructor')).toBeUndefined();
  expect(at(null, 'a')).toBeUndefined();
});

test('text that is not JSON is parsed as undefined', () => {
  expect(parseJson('{"a":')).toBeUndefined();
  expect(parseJson('[1]')).toStrictEqual([1]);
});
