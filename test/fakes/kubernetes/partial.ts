import { at, listAt } from '../../../src/json/json.ts';

/** An object as it is shown to who asks for its metadata alone. */
export function partial(object: unknown): object {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: at(object, 'metadata') };
}

/** A list of such objects. */
export function partialList(list: unknown): object {
  return {
    kind: 'PartialObjectMetadataList',
    apiVersion: 'meta.k8s.io/v1',
    metadata: at(list, 'metadata'),
    items: listAt(list, 'items').map(partial),
  };
}
