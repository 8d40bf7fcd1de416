/** Why a pull fails, in the words of containerd and the kubelet. */
export interface PullFailure {
  /** `ErrImagePull` if a registry was asked. */
  readonly reason: 'ErrImagePull' | 'InvalidImageName' | 'ErrImageNeverPull';
  readonly message: string;
}

/** How a container with an image behaves. */
export type ImageBehavior =
  /** Runs, and is ready `readyAfterMs` after its start. */
  | { readonly kind: 'serves'; readonly digest: string; readonly readyAfterMs?: number; readonly log?: string }
  /** Runs for a while and exits, again and again. After `times` exits it serves. */
  | {
      readonly kind: 'ends';
      readonly digest: string;
      readonly exitCode: number;
      readonly afterMs?: number;
      readonly reason?: 'Error' | 'Completed' | 'OOMKilled' | 'StartError';
      readonly message?: string;
      readonly log?: string;
      readonly times?: number;
    }
  /** Runs, but its readiness probe fails: forever, or until `untilMs`. */
  | {
      readonly kind: 'unready';
      readonly digest: string;
      readonly message?: string;
      readonly untilMs?: number;
      readonly log?: string;
    }
  /**
   * Is ready at once and stays ready. After `healthyMs` its liveness probe fails three times, one second apart, and its node tells it to stop,
   * which it ignores until its grace period of `ignoresMs` has passed. Its next instance does the same; after `times` kills it stays alive.
   */
  | {
      readonly kind: 'hangs';
      readonly digest: string;
      readonly healthyMs: number;
      readonly ignoresMs: number;
      readonly times?: number;
    }
  /** Can't be pulled. After `times` attempts it can. */
  | ({ readonly kind: 'pull-fails'; readonly times?: number; readonly then?: ImageBehavior } & PullFailure)
  /** Is pulled, but its container can't be created because a ConfigMap, a Secret or a key is missing. */
  | { readonly kind: 'config-missing'; readonly message: string };

/** The behavior of an image; undefined if the registry doesn't have it. */
export type Images = (reference: string, container: ContainerPlace) => ImageBehavior | undefined;

export interface ContainerPlace {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly init: boolean;
}

function pulling(reference: string, code: string, why: string): PullFailure {
  return {
    reason: 'ErrImagePull',
    message: `rpc error: code = ${code} desc = failed to pull and unpack image "${reference}": ${why}`,
  };
}

export function notFound(reference: string): ImageBehavior {
  const why = `failed to resolve reference "${reference}": ${reference}: not found`;
  return { kind: 'pull-fails', ...pulling(reference, 'NotFound', why) };
}

export function unauthorized(reference: string): ImageBehavior {
  const host = reference.slice(0, reference.indexOf('/'));
  const why = `failed to resolve reference "${reference}": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://${host}/token?service=${host}: 401 Unauthorized`;
  return { kind: 'pull-fails', ...pulling(reference, 'Unknown', why) };
}

/** @param times how many pulls fail before one succeeds. */
export function rateLimited(reference: string, times: number, then: ImageBehavior): ImageBehavior {
  const host = reference.slice(0, reference.indexOf('/'));
  const why = `failed to copy: httpReadSeeker: failed open: unexpected status code https://${host}/v2/manifests/latest: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit.`;
  return { kind: 'pull-fails', ...pulling(reference, 'Unknown', why), times, then };
}

export function wrongPlatform(reference: string): ImageBehavior {
  return { kind: 'pull-fails', ...pulling(reference, 'NotFound', 'no match for platform in manifest: not found') };
}

export function unreachable(reference: string): ImageBehavior {
  const host = reference.slice(0, reference.indexOf('/'));
  const why = `failed to resolve reference "${reference}": failed to do request: Head "https://${host}/v2/": dial tcp: lookup ${host}: no such host`;
  return { kind: 'pull-fails', ...pulling(reference, 'Unknown', why) };
}

export function invalidName(reference: string): ImageBehavior {
  const message = `Failed to apply default image tag "${reference}": couldn't parse image name "${reference}": invalid reference format`;
  return { kind: 'pull-fails', reason: 'InvalidImageName', message };
}
