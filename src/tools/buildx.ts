import type { Tool } from './tool.ts';

/**
 * The client of BuildKit. It works without the docker CLI, with the same arguments as `docker buildx`.
 * The SHA-256 sums are from the checksums.txt of the release, as pinned by work-spaces/packages
 * (star/github.com/docker/buildx/v0.37.1.star at 96ca7d8). The official image `docker` pins the same sums for Linux, and four other
 * repositories on GitHub the same sums for macOS.
 */
export const buildx: Tool = {
  name: 'buildx',
  version: '0.37.1',
  releasePath: 'docker/buildx/releases/download/v0.37.1',
  packaging: 'plain',
  assets: {
    'linux-x64': {
      file: 'buildx-v0.37.1.linux-amd64',
      sha256: '9447199cdb435f25880548343c128a4b6650e8891ee598905d8d29d39a8e359b',
    },
    'linux-arm64': {
      file: 'buildx-v0.37.1.linux-arm64',
      sha256: 'e5cc9fe3bbff5cbc91230981f7860e06076110730a2db997082652199042a1f2',
    },
    'darwin-x64': {
      file: 'buildx-v0.37.1.darwin-amd64',
      sha256: '7003a7bae20e7741283db1e23dafdcb957776a8be85de3f459630b1dd4c19db0',
    },
    'darwin-arm64': {
      file: 'buildx-v0.37.1.darwin-arm64',
      sha256: 'c3cbbc820d578b0aa8158dd62ef1af25a0c8a75ef53331dbe4e219471e1dbe8c',
    },
  },
};
