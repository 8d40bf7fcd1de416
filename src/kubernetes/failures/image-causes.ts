import { type EvidenceCause, seconds } from './cause.ts';

const PULL = /^(ErrImagePull|ImagePullBackOff|RegistryUnavailable|ImageInspectError|ErrImageNeverPull)$/;

/** Why a node can't pull or use an image. */
export const imageCauses = {
  'image-name-invalid': {
    summary: 'its image name is not valid',
    hint: 'Correct the image in the manifest: registry/repository:tag or registry/repository@sha256:…, in lower case.',
    grace: 0,
    when: [{ source: 'waiting', reason: /^InvalidImageName$/ }],
  },
  'image-rate-limited': {
    summary: 'the registry limits how often its image can be pulled',
    hint: 'Log in to the registry with an imagePullSecret, or pull through a mirror.',
    grace: 'transient',
    when: [{ source: 'waiting', reason: PULL, message: /toomanyrequests|429 too many|rate limit|pull QPS exceeded/i }],
  },
  'image-platform': {
    summary: "its image is not built for the node's platform",
    hint: 'Build the image for the platform of the nodes (for example linux/arm64), or select nodes by kubernetes.io/arch.',
    grace: 0,
    when: [
      { source: 'waiting', reason: PULL, message: /no match for platform|no matching manifest/i },
      { source: 'waiting', message: /exec format error/i },
      { source: 'crash', message: /exec format error/i },
    ],
  },
  'image-unauthorized': {
    summary: 'the registry does not allow the node to pull its image',
    hint: 'Check the imagePullSecrets of the pod or its service account: the secret must exist in this namespace, name this registry and be valid. Some registries also give this answer if the image does not exist.',
    grace: seconds(10),
    when: [
      {
        source: 'waiting',
        reason: PULL,
        message:
          /\b401\b|\b403\b|unauthorized|authentication required|forbidden|access denied|denied: |no basic auth credentials|insufficient_scope|authorization failed/i,
      },
    ],
  },
  'image-not-found': {
    summary: 'its image does not exist',
    hint: 'The registry has no such tag or digest. Was the push skipped, or is the GitOps change ahead of the build?',
    grace: seconds(4),
    when: [
      {
        source: 'waiting',
        reason: PULL,
        message: /not found|manifest unknown|name unknown|does not exist|no such image|not present with pull policy/i,
      },
    ],
  },
  'image-untrusted': {
    summary: "its image's signature does not satisfy the node's policy",
    hint: "Sign the image as the nodes' policy requires, before the release.",
    grace: seconds(4),
    when: [{ source: 'waiting', reason: /^SignatureValidationFailed$/ }],
  },
  'registry-unreachable': {
    summary: "the node can't reach the registry of its image",
    hint: "Check the registry host in the image name, and the node's DNS, proxy and firewall.",
    grace: seconds(120),
    when: [
      {
        source: 'waiting',
        reason: PULL,
        message:
          /dial tcp|i\/o timeout|no such host|connection refused|connection reset|TLS handshake|x509|deadline exceeded|EOF|server gave HTTP response|\b50[0-9]\b/i,
      },
    ],
  },
  'image-pull-failed': {
    summary: "its image can't be pulled",
    hint: "Read the node's message: it contains the registry's answer.",
    grace: seconds(60),
    when: [{ source: 'waiting', reason: PULL }],
  },
} as const satisfies Readonly<Record<string, EvidenceCause>>;
