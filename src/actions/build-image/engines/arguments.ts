import { formatPlatform } from '../../../image/platform.ts';
import type { BuildPlan } from '../plan.ts';

/** The arguments of `build` that docker, buildx, buildah and podman have in common. */
export function commonArguments({ inputs, platforms, labels }: BuildPlan): string[] {
  const { buildArgs, target, noCache } = inputs;
  return [
    ...platformArguments(platforms.map(formatPlatform)),
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

function platformArguments(platforms: readonly string[]): string[] {
  return platforms.length > 0 ? ['--platform', platforms.join(',')] : [];
}
