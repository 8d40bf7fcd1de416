import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at } from '../../src/json/json.ts';
import { readObject } from '../../src/kubernetes/object.ts';
import { slim } from '../../src/kubernetes/slim.ts';
import { Store } from '../../src/kubernetes/store.ts';

const object = (kind: string, name: string, rest: object = {}) => {
  const read = readObject({ apiVersion: 'v1', kind, metadata: { name, namespace: 'a', ...rest }, ...rest });
  assert.ok(read);
  return read;
};

test('of a pod that is kept only what it is judged by remains; of other objects all', () => {
  const container = { name: 'app', image: 'a:1', env: [{ name: 'PASSWORD', value: 'x' }], resources: {} };
  const spec = { nodeName: 'n', volumes: [{ name: 'v' }], containers: [container], tolerations: [{ key: 'k' }] };
  const sidecar = { name: 'proxy', image: 'p:1', restartPolicy: 'Always', args: ['-v'] };
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}', mine: 'stays' };
  const pod = object('Pod', 'p', {
    spec: { ...spec, initContainers: [sidecar] },
    status: { phase: 'Running' },
    annotations,
  });
  const kept = slim(pod);
  assert.deepEqual(kept['spec'], {
    nodeName: 'n',
    volumes: [{ name: 'v' }],
    containers: [{ name: 'app', image: 'a:1' }],
    initContainers: [{ name: 'proxy', image: 'p:1', restartPolicy: 'Always' }],
  });
  assert.equal(at(kept, 'status', 'phase'), 'Running');
  assert.deepEqual(kept.metadata.annotations, { mine: 'stays' });
  const set = object('ReplicaSet', 'r', { spec: { template: { spec } } });
  assert.equal(slim(set), set);
});

test('of very many deleted objects the last ones are remembered', () => {
  const store = new Store();
  for (let index = 0; index < 1000; index += 1) store.delete(object('Pod', `p-${index}`));
  assert.equal(store.lastOf('a', 'p-0'), undefined);
  assert.equal(store.lastOf('a', 'p-999')?.metadata.name, 'p-999');
});
