import { expect, test } from '@jest/globals';
import { at } from '../../../src/json/json.ts';
import { readObject } from '../../../src/kubernetes/objects/object.ts';
import { Store } from '../../../src/kubernetes/watch/store.ts';
import { trimPod } from '../../../src/kubernetes/watch/trim-pod.ts';
import { invariant } from '../../jest-support.ts';

const object = (kind: string, name: string, rest: object = {}) => {
  const read = readObject({ apiVersion: 'v1', kind, metadata: { name, namespace: 'a', ...rest }, ...rest });
  invariant(read);
  return read;
};

test('a pod is trimmed to the fields in use, and other objects stay unchanged', () => {
  const container = { name: 'app', image: 'a:1', env: [{ name: 'PASSWORD', value: 'x' }], resources: {} };
  const spec = { nodeName: 'n', volumes: [{ name: 'v' }], containers: [container], tolerations: [{ key: 'k' }] };
  const sidecar = { name: 'proxy', image: 'p:1', restartPolicy: 'Always', args: ['-v'] };
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}', mine: 'stays' };
  const pod = object('Pod', 'p', {
    spec: { ...spec, initContainers: [sidecar] },
    status: { phase: 'Running' },
    annotations,
  });
  const kept = trimPod(pod);
  expect(kept['spec']).toStrictEqual({
    nodeName: 'n',
    volumes: [{ name: 'v' }],
    containers: [{ name: 'app', image: 'a:1' }],
    initContainers: [{ name: 'proxy', image: 'p:1', restartPolicy: 'Always' }],
  });
  expect(at(kept, 'status', 'phase')).toBe('Running');
  expect(kept.metadata.annotations).toStrictEqual({ mine: 'stays' });
  const set = object('ReplicaSet', 'r', { spec: { template: { spec } } });
  expect(trimPod(set)).toBe(set);
});

test('the store remembers only the most recently deleted objects', () => {
  const store = new Store();
  for (let index = 0; index < 1000; index += 1) store.delete(object('Pod', `p-${index}`));
  expect(store.lastSeen('a', 'p-0')).toBeUndefined();
  expect(store.lastSeen('a', 'p-999')?.metadata.name).toBe('p-999');
});
