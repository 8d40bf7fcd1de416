/** The media types of OCI (image spec, "Media Types") and of Docker (distribution, "Image Manifest V 2, Schema 2"). */
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
export const DOCKER_INDEX = 'application/vnd.docker.distribution.manifest.list.v2+json';
export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

/** All supported types of manifests, in order of preference. */
export const MANIFEST_TYPES: readonly string[] = [OCI_INDEX, OCI_MANIFEST, DOCKER_INDEX, DOCKER_MANIFEST];

export function isIndexType(mediaType: string): boolean {
  return mediaType === OCI_INDEX || mediaType === DOCKER_INDEX;
}

export const OCI_LAYER = {
  gzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  zstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
  none: 'application/vnd.oci.image.layer.v1.tar',
} as const;

export type Compression = keyof typeof OCI_LAYER;

const DOCKER_TO_OCI: ReadonlyMap<string, string> = new Map([
  ['application/vnd.docker.image.rootfs.diff.tar.gzip', OCI_LAYER.gzip],
  ['application/vnd.docker.image.rootfs.diff.tar.zstd', OCI_LAYER.zstd],
  ['application/vnd.docker.image.rootfs.diff.tar', OCI_LAYER.none],
  [
    'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
    'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
  ],
]);

/** The OCI type for a layer of Docker's type. The bytes of the layer are the same. */
export function ociLayerType(mediaType: string): string {
  return DOCKER_TO_OCI.get(mediaType) ?? mediaType;
}

/** Whether a layer is at a URL of its vendor, not in the registry. */
export function isForeignLayer(mediaType: string): boolean {
  return mediaType.includes('nondistributable') || mediaType.includes('.foreign.');
}
