import { rm } from 'node:fs/promises';
import type { Context } from '../../entry/context.ts';
import { temporaryFolder } from '../../files/temporary.ts';
import { Registries, registryOf } from '../../image/registry/registries.ts';
import type { contract } from './contract.ts';
import type { BuildSession } from './engines/engine.ts';
import type { BuildPlan } from './plan.ts';

/** Runs a body with what engines work with; its folder, and any login in it, is gone afterwards whatever happened. */
export async function withBuildSession<T>(
  context: Context<typeof contract>,
  plan: BuildPlan,
  body: (workshop: BuildSession) => Promise<T>,
): Promise<T> {
  const { inputs, env } = context;
  const folder = temporaryFolder(env, 'build-image');
  try {
    const registries = new Registries({
      ...context,
      login: loginOf(context, plan),
      ca: inputs.registryCa,
      insecure: inputs.insecureRegistries,
      retries: inputs.retries,
    });
    return await body({ ...context, plan, registries, folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function loginOf({ inputs }: Context<typeof contract>, { images }: BuildPlan) {
  const { registryUsername: username, registryPassword: password } = inputs;
  if (username === undefined || password === undefined) return undefined;
  return { registries: [registryOf(images[0])], username, password };
}
