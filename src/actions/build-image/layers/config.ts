import { defined } from '../../../core/defined.ts';
import type { Digest } from '../../../image/digest.ts';
import type { Platform } from '../../../image/platform.ts';
import { isObject, listAt, objectAt, stringAt } from '../../../json/json.ts';
import type { BuildOptions } from '../session/build-spec.ts';

export interface ConfigRequest {
  /** The config of the base; empty for scratch. */
  readonly base: Readonly<Record<string, unknown>>;
  readonly platform: Platform;
  readonly options: Pick<BuildOptions, 'entrypoint' | 'cmd' | 'env' | 'user' | 'workdir' | 'expose'>;
  readonly labels: ReadonlyMap<string, string>;
  /** Digest of the new layer, uncompressed; `undefined` if there is no new layer. */
  readonly diffId: Digest | undefined;
  /** RFC 3339. */
  readonly created: string;
  /** What the layer contains, for `docker history`. */
  readonly comment: string;
}

/** The config of the new image: that of the base with our changes (OCI image spec, "Image Configuration"). */
export function imageConfig({ base, platform, options, labels, diffId, created, comment }: ConfigRequest): object {
  const config = objectAt(base, 'config') ?? {};
  const { entrypoint, cmd, env, user, workdir, expose } = options;
  // As in a Dockerfile, a new entry point drops the arguments of the old one.
  const { Cmd: baseCmd, ...rest } = config;
  const keptCmd = entrypoint.length > 0 || baseCmd === undefined ? {} : { Cmd: baseCmd };
  return {
    ...base,
    created,
    os: platform.os,
    architecture: platform.architecture,
    ...defined({ variant: platform.variant }),
    config: {
      ...rest,
      ...(env.length > 0 ? { Env: mergedEnv(listAt(config, 'Env'), env) } : {}),
      ...(entrypoint.length > 0 ? { Entrypoint: entrypoint } : {}),
      ...(cmd.length > 0 ? { Cmd: cmd } : keptCmd),
      ...defined({ User: user, WorkingDir: workdir }),
      ...(expose.length > 0
        ? {
            ExposedPorts: {
              ...objectAt(config, 'ExposedPorts'),
              ...Object.fromEntries(expose.map((port) => [port, {}])),
            },
          }
        : {}),
      Labels: { ...objectAt(config, 'Labels'), ...Object.fromEntries(labels) },
    },
    rootfs: {
      type: 'layers',
      diff_ids: [...listAt(base, 'rootfs', 'diff_ids'), ...(diffId === undefined ? [] : [diffId])],
    },
    history: [
      ...listAt(base, 'history').filter(isObject),
      {
        created,
        created_by: 'gitops-actions build-image',
        comment,
        ...(diffId === undefined ? { empty_layer: true } : {}),
      },
    ],
  };
}

/** Our variables replace those of the base in place; new ones follow. */
function mergedEnv(base: readonly unknown[], ours: readonly (readonly [string, string])[]): string[] {
  const variables = new Map<string, string>();
  for (const line of base) {
    const text = typeof line === 'string' ? line : '';
    const sign = text.indexOf('=');
    if (sign > 0) variables.set(text.slice(0, sign), text.slice(sign + 1));
  }
  for (const [name, value] of ours) variables.set(name, value);
  return [...variables].map(([name, value]) => `${name}=${value}`);
}

/** Whether a config has an operating system, and a digest for each layer. */
export function isConfigFor(config: unknown, layers: number): boolean {
  return (
    isObject(config) && listAt(config, 'rootfs', 'diff_ids').length === layers && stringAt(config, 'os') !== undefined
  );
}
