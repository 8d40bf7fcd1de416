import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Env } from '../core/inputs.ts';
import type { ReleaseAsset, Tool } from './tool.ts';

/** The files of a tool in the runner's tool cache, which later jobs of the same machine find. */
export interface ToolCache {
  /** What is kept, which may be anything: every job of the machine may write there. `undefined` where nothing is. */
  read(): Promise<Uint8Array | undefined>;
  keep(path: string): Promise<void>;
}

/**
 * Opens the cache of @actions/tool-cache; `undefined` where RUNNER_TOOL_CACHE names none, and every run downloads. What is kept is the
 * file of the release, so that its sum can be checked at each use; the package knows no sums, and what another program keeps under the same
 * name it would remove: hence a name of our own.
 */
export async function openCache(
  tool: Tool,
  build: ReleaseAsset,
  { env, arch }: { readonly env: Env; readonly arch: string },
): Promise<ToolCache | undefined> {
  const folder = env['RUNNER_TOOL_CACHE'];
  if (!folder) return undefined;
  // The package learns of the folder only from the process's own variables.
  process.env['RUNNER_TOOL_CACHE'] = folder;
  const { cacheFile, find } = await import('@actions/tool-cache');
  const name = `gitops-actions-${tool.name}`;
  return {
    async read() {
      const kept = find(name, tool.version, arch);
      return kept === '' ? undefined : readFile(join(kept, build.file)).catch(() => undefined);
    },
    async keep(path) {
      await cacheFile(path, build.file, name, tool.version, arch);
    },
  };
}
