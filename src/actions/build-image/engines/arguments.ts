import { formatPlatform } from '../../../image/platform.ts';
import type { BuildSpec } from '../session/build-spec.ts';

/** The arguments of `build` that docker, buildx, buildah and podman share. */
export function commonArguments({ options, platforms, labels }: BuildSpec): string[] {
  const { buildArgs, target, noCache } = options;
  return [
    ...(platforms.length > 0 ? ['--platform', platforms.map(formatPlatform).join(',')] : []),
    ...pairs('--build-arg', buildArgs),
    ...pairs('--label', labels),
    ...(target === undefined ? [] : ['--target', target]),
    ...(noCache ? ['--no-cache'] : []),
  ];
}

/** `--option key=value` for each pair. */
export function pairs(option: string, values: Iterable<readonly [string, string]>): string[] {
  return [...values].flatMap(([key, value]) => [option, `${key}=${value}`]);
}
