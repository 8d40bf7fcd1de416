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
  /** The URL of a mirror of GitHub. */
  readonly mirror?: string | undefined;
  /** `process.platform` and `process.arch`. Default: those of this machine. */
  readonly platform?: { readonly os: string; readonly arch: string };
}

/** Installs a tool in a folder, and returns the path of its program. */
export type InstallTool = (tool: Tool, folder: string, options: InstallOptions) => Promise<string>;

/**
 * Installs a tool from the runner's tool cache, or downloads its release. A file whose SHA-256 isn't the pinned one is neither kept nor
 * run. The tool runs from its own copy in `folder`, because other jobs may change the cache at any time.
 * @throws ActionError `tool-unsupported`, `tool-download-failed`, `tool-checksum`, `tool-unpack-failed`
 */
export const installTool: InstallTool = async (tool, folder, options) => {
  const { log, mirror, platform = { os: process.platform, arch: process.arch } } = options;
  const title = `${tool.name} ${tool.version}`;
  const asset = assetFor(tool, `${platform.os}-${platform.arch}`);
  const cache = await openCache(tool, asset, { env: options.env, arch: platform.arch });
  const path = join(folder, tool.packaging === 'plain' ? tool.name : asset.file);

  const cached = await cache?.read();
  if (cached !== undefined && sumOf(cached) === asset.sha256) {
    await writeFile(path, cached);
    log.info(`${title} comes from the runner's tool cache; its SHA-256 matches the release`);
  } else {
    const url = assetUrl(tool, asset, mirror);
    const bytes = await download(title, url, options);
    requireSum(bytes, asset, title, url);
    await writeFile(path, bytes);
    log.info(`${title} comes from ${url}; its SHA-256 matches the release`);
    await cache?.add(path).catch((thrown) => log.info(`  Can't add it to the tool cache: ${messageOf(thrown)}`));
  }
  if (tool.packaging === 'tar.gz') await unpack(path, tool, folder, options);
  const program = join(folder, tool.name);
  // Neither a download nor a file from the cache is executable.
  await chmod(program, 0o755);
  return program;
};

function assetFor({ name, version, assets }: Tool, platform: string): ReleaseAsset {
  const found = Object.entries(assets).find(([key]) => key === platform)?.[1];
  if (found !== undefined) return found;
  throw new ActionError({
    code: 'tool-unsupported',
    message: `${name} ${version} can't be installed on ${platform}, only on ${Object.keys(assets).join(', ')}.`,
    remedy: `Install ${name} in an earlier step.`,
  });
}

function requireSum(bytes: Uint8Array, { sha256 }: ReleaseAsset, title: string, url: string): void {
  const sum = sumOf(bytes);
  if (sum === sha256) return;
  throw new ActionError({
    code: 'tool-checksum',
    message: `The file from ${url} isn't the release of ${title}: its SHA-256 is ${sum}, expected ${sha256}.`,
    remedy: 'The file was neither kept nor run. Find out who changed it: the mirror, a proxy, or an attacker.',
  });
}

function sumOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Not `extractTar` of @actions/tool-cache: it passes the inputs of the action to tar, bypasses the log, and can't be cancelled. */
async function unpack(archive: string, { name, version }: Tool, folder: string, { env, signal }: InstallOptions) {
  const args = ['-xzf', archive, '-C', folder, name];
  const result = await runProgram({ program: 'tar', args, env, signal, timeout: 60_000 });
  if (result.kind === 'exited' && result.code === 0) return;
  const lastLine = lastOutputLine(result);
  throw new ActionError({
    code: 'tool-unpack-failed',
    message: `${name} ${version} can't be unpacked: tar ${describeResult(result)}${lastLine ? `: ${lastLine}` : ''}.`,
    remedy: `Install tar and gzip on the runner, or install ${name} in an earlier step.`,
  });
}
