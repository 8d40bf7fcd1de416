import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, booleanAt, listAt, numberAt, objectAt, parseJson, stringAt } from '../../src/json/json.ts';

const pod = {
  metadata: { name: 'shop' },
  spec: { containers: [{ image: 'a' }, { image: 'b' }] },
  ready: true,
  restarts: 0,
};

test('a value is found by its path', () => {
  assert.equal(stringAt(pod, 'spec', 'containers', 1, 'image'), 'b');
  assert.equal(numberAt(pod, 'restarts'), 0);
  assert.equal(booleanAt(pod, 'ready'), true);
  assert.equal(listAt(pod, 'spec', 'containers').length, 2);
  assert.deepEqual(objectAt(pod, 'metadata'), { name: 'shop' });
});

test('a path that leads nowhere, or to another shape, finds nothing', () => {
  assert.equal(stringAt(pod, 'spec', 'containers', 5, 'image'), undefined);
  assert.equal(stringAt(pod, 'restarts'), undefined);
  assert.deepEqual(listAt(pod, 'metadata'), []);
  assert.equal(objectAt(pod, 'spec', 'containers'), undefined);
  assert.equal(at(pod, 'constructor'), undefined);
  assert.equal(at(null, 'a'), undefined);
});

test('text that is not JSON is undefined', () => {
  assert.equal(parseJson('{"a":'), undefined);
  assert.deepEqual(parseJson('[1]'), [1]);
});
