import { join } from 'node:path';
import type { Env } from '../core/inputs.ts';
import { readRegularFile } from '../files/regular-file.ts';
import type { ReleaseAsset, Tool } from './tool.ts';

/** In bytes; a cached file that is larger is no asset of ours. */
const MAX_ASSET = 512 * 1024 ** 2;

/** The entry of a tool in the runner's tool cache, which later jobs on the same machine share. */
export interface ToolCache {
  /** The cached file; `undefined` if there is none. Don't trust it: every job on the machine can write to the cache. */
  read(): Promise<Uint8Array | undefined>;
  add(path: string): Promise<void>;
}

/**
 * Opens the cache of @actions/tool-cache; `undefined` if RUNNER_TOOL_CACHE isn't set. The cache holds the release asset, so that its
 * SHA-256 can be checked at each use; the package checks none. Its entries have a prefix, because the package replaces an entry of
 * another program that has the same name.
 */
export async function openCache(
  tool: Tool,
  asset: ReleaseAsset,
  { env, arch }: { readonly env: Env; readonly arch: string },
): Promise<ToolCache | undefined> {
  const folder = env['RUNNER_TOOL_CACHE'];
  if (!folder) return undefined;
  // The package reads the folder only from the environment of this process.
  process.env['RUNNER_TOOL_CACHE'] = folder;
  const { cacheFile, find } = await import('@actions/tool-cache');
  const name = `gitops-actions-${tool.name}`;
  return {
    async read() {
      const folderOfTool = find(name, tool.version, arch);
      try {
        return folderOfTool === '' ? undefined : readRegularFile(join(folderOfTool, asset.file), { limit: MAX_ASSET });
      } catch {
        return undefined;
      }
    },
    async add(path) {
      await cacheFile(path, asset.file, name, tool.version, arch);
    },
  };
}
