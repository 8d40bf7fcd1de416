import { createHash } from 'node:crypto';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ActionError, messageOf } from '../core/error.ts';
import type { Env } from '../core/inputs.ts';
import { describeResult, lastOutputLine } from '../program/result.ts';
import { runProgram } from '../program/run.ts';
import { type DownloadOptions, download } from './download.ts';
import { assetUrl, type ReleaseAsset, type Tool } from './tool.ts';
import { openCache } from './tool-cache.ts';

export interface InstallOptions extends DownloadOptions {
  readonly env: Env;
  /** The URL that stands for GitHub's. */
  readonly mirror?: string | undefined;
  /** `process.platform` and `process.arch`; this machine's where not given. */
  readonly platform?: { readonly os: string; readonly arch: string };
}

/** Brings a tool into a folder, and answers the path of its program. */
export type InstallTool = (tool: Tool, folder: string, world: InstallOptions) => Promise<string>;

/**
 * Brings a tool from the runner's tool cache or from its release, whose sum is pinned: of a file with another sum nothing is kept or run.
 * What runs is a copy of its own in `folder`, as others may change the cache meanwhile.
 * @throws ActionError `tool-unsupported`, `tool-download-failed`, `tool-checksum`, `tool-unpack-failed`
 */
export const installTool: InstallTool = async (tool, folder, world) => {
  const { log, mirror, platform = { os: process.platform, arch: process.arch } } = world;
  const title = `${tool.name} ${tool.version}`;
  const build = buildFor(tool, `${platform.os}-${platform.arch}`);
  const cache = await openCache(tool, build, { env: world.env, arch: platform.arch });
  const path = join(folder, tool.packaging === 'plain' ? tool.name : build.file);

  const kept = await cache?.read();
  if (kept !== undefined && sumOf(kept) === build.sha256) {
    await writeFile(path, kept);
    log.info(`${title} comes from the runner's tool cache; its SHA-256 is the release's`);
  } else {
    const url = assetUrl(tool, build, mirror);
    const bytes = await download(title, url, world);
    requireSum(bytes, build, title, url);
    await writeFile(path, bytes);
    log.info(`${title} comes from ${url}; its SHA-256 is the release's`);
    await cache?.keep(path).catch((thrown) => log.info(`  It can't be kept in the tool cache: ${messageOf(thrown)}`));
  }
  if (tool.packaging === 'tar.gz') await unpack(path, tool, folder, world);
  const program = join(folder, tool.name);
  // A download is no program yet, and the package keeps files without the right to be run.
  await chmod(program, 0o755);
  return program;
};

function buildFor({ name, version, assets }: Tool, platform: string): ReleaseAsset {
  const found = Object.entries(assets).find(([key]) => key === platform)?.[1];
  if (found !== undefined) return found;
  throw new ActionError({
    code: 'tool-unsupported',
    message: `${name} ${version} is brought for ${Object.keys(assets).join(', ')}, and this runner is ${platform}.`,
    remedy: `Install ${name} in an earlier step.`,
  });
}

function requireSum(bytes: Uint8Array, { sha256 }: ReleaseAsset, title: string, url: string): void {
  const sum = sumOf(bytes);
  if (sum === sha256) return;
  throw new ActionError({
    code: 'tool-checksum',
    message: `${url} is not the release of ${title}: its SHA-256 is ${sum}, and that of the release is ${sha256}.`,
    remedy: 'Nothing of it was kept or run. Find out who changed it: the mirror, a proxy, or an attacker.',
  });
}

function sumOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The package's `extractTar` would hand the action's inputs to tar, print past the log, and could not be ended. */
async function unpack(archive: string, { name, version }: Tool, folder: string, { env, signal }: InstallOptions) {
  const args = ['-xzf', archive, '-C', folder, name];
  const result = await runProgram({ program: 'tar', args, env, signal, timeout: 60_000 });
  if (result.kind === 'exited' && result.code === 0) return;
  const said = lastOutputLine(result);
  throw new ActionError({
    code: 'tool-unpack-failed',
    message: `${name} ${version} can't be unpacked: tar ${describeResult(result)}${said ? `: ${said}` : ''}.`,
    remedy: `Let the runner have tar and gzip, or install ${name} in an earlier step.`,
  });
}
