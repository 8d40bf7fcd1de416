import { rm } from 'node:fs/promises';
import type { Runtime } from '../../../entry/context.ts';
import { temporaryFolder } from '../../../files/temporary.ts';
import { Registries } from '../../../image/registry/registries.ts';
import { withInputRemedy } from '../remedies/registry-errors.ts';
import type { BuildSpec } from './build-spec.ts';

/** What an engine works with. */
export interface BuildSession extends Pick<Runtime, 'env' | 'log' | 'clock' | 'secrets' | 'signal'> {
  readonly spec: BuildSpec;
  readonly registries: Registries;
  /** A folder that only this user can read. It is removed at the end, whatever happens. */
  readonly folder: string;
}

/** Runs `body` with a build session. Its folder, with any login in it, is removed afterwards. */
export async function withBuildSession<T>(
  runtime: Runtime,
  spec: BuildSpec,
  body: (session: BuildSession) => Promise<T>,
): Promise<T> {
  const { registryCa: ca, insecureRegistries: insecure, retries } = spec.options;
  const folder = temporaryFolder(runtime.env, 'build-image');
  try {
    const registries = new Registries({ ...runtime, login: spec.login, ca, insecure, retries });
    return await body({ ...runtime, spec, registries, folder });
  } catch (thrown) {
    throw withInputRemedy(thrown);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
