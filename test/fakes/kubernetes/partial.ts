import { at, listAt } from '../../../src/json/json.ts';

/** An object as PartialObjectMetadata. */
export function partialObject(object: unknown): object {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: at(object, 'metadata') };
}

/** A list as PartialObjectMetadataList. */
export function partialList(list: unknown): object {
  return {
    kind: 'PartialObjectMetadataList',
    apiVersion: 'meta.k8s.io/v1',
    metadata: at(list, 'metadata'),
    items: listAt(list, 'items').map(partialObject),
  };
}
