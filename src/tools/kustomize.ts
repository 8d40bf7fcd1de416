import type { Tool } from './tool.ts';

/**
 * Renders kustomizations like `kubectl kustomize`, and has a twelfth of the size of kubectl.
 * The SHA-256 sums are from the checksums.txt of the release, as pinned by silence-operator/silence-operator
 * (bazel/kustomize_toolchain.bzl at dc9b161). Seven other repositories on GitHub pin the same sums.
 */
export const kustomize: Tool = {
  name: 'kustomize',
  version: '5.8.1',
  releasePath: 'kubernetes-sigs/kustomize/releases/download/kustomize/v5.8.1',
  packaging: 'tar.gz',
  assets: {
    'linux-x64': {
      file: 'kustomize_v5.8.1_linux_amd64.tar.gz',
      sha256: '029a7f0f4e1932c52a0476cf02a0fd855c0bb85694b82c338fc648dcb53a819d',
    },
    'linux-arm64': {
      file: 'kustomize_v5.8.1_linux_arm64.tar.gz',
      sha256: '0953ea3e476f66d6ddfcd911d750f5167b9365aa9491b2326398e289fef2c142',
    },
    'darwin-x64': {
      file: 'kustomize_v5.8.1_darwin_amd64.tar.gz',
      sha256: 'ee7cf0c1e3592aa7bb66ba82b359933a95e7f2e0b36e5f53ed0a4535b017f2f8',
    },
    'darwin-arm64': {
      file: 'kustomize_v5.8.1_darwin_arm64.tar.gz',
      sha256: '8886f8a78474e608cc81234f729fda188a9767da23e28925802f00ece2bab288',
    },
  },
};
