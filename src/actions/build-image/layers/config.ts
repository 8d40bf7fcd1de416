import { defined } from '../../../core/defined.ts';
import type { Digest } from '../../../image/digest.ts';
import type { Platform } from '../../../image/platform.ts';
import { isObject, listAt, objectAt, stringAt } from '../../../json/json.ts';
import type { BuildInputs } from '../inputs.ts';

export interface ConfigRequest {
  /** The base's config; empty for scratch. */
  readonly base: Readonly<Record<string, unknown>>;
  readonly platform: Platform;
  readonly inputs: Pick<BuildInputs, 'entrypoint' | 'cmd' | 'env' | 'user' | 'workdir' | 'expose'>;
  readonly labels: ReadonlyMap<string, string>;
  /** Digest of the new uncompressed layer; `undefined` where the image only changes the config. */
  readonly diffId: Digest | undefined;
  /** RFC 3339. */
  readonly created: string;
  /** How the layer came to be, for `docker history`. */
  readonly comment: string;
}

/** The config of the new image: the base's with our changes (OCI image spec, "Image Configuration"). */
export function imageConfig({ base, platform, inputs, labels, diffId, created, comment }: ConfigRequest): object {
  const config = objectAt(base, 'config') ?? {};
  const { entrypoint, cmd, env, user, workdir, expose } = inputs;
  // As in a Dockerfile: a new entry point makes nothing of arguments that were meant for the old one.
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

/** Variables by name: ours replace the base's in place, new ones follow. */
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

/** The digests of the base's uncompressed layers must be as many as its layers. */
export function isConfigOf(config: unknown, layers: number): boolean {
  return (
    isObject(config) && listAt(config, 'rootfs', 'diff_ids').length === layers && stringAt(config, 'os') !== undefined
  );
}
