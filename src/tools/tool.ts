/** `process.platform` and `process.arch`. */
export type ToolPlatform = 'linux-x64' | 'linux-arm64' | 'darwin-x64' | 'darwin-arm64';

/** The asset of a release for one platform. */
export interface ReleaseAsset {
  /** The name of the file. */
  readonly file: string;
  /** Of the downloaded file, in hex. */
  readonly sha256: string;
}

/** A program that an action installs if the runner doesn't have it. A new tool is a file in this folder, and a line in tools.ts. */
export interface Tool {
  /** The name of the program. */
  readonly name: string;
  readonly version: string;
  /** The path of the release on GitHub. */
  readonly releasePath: string;
  /** Whether the asset is the program itself, or a tarball that contains it under its name. */
  readonly packaging: 'plain' | 'tar.gz';
  /** The platforms whose SHA-256 is known. */
  readonly assets: Readonly<Partial<Record<ToolPlatform, ReleaseAsset>>>;
}

/** Serves the releases, unless there is a mirror. */
export const GITHUB = 'https://github.com';

/** The URL of a release asset. @param mirror replaces https://github.com */
export function assetUrl(tool: Tool, { file }: ReleaseAsset, mirror: string = GITHUB): string {
  return `${mirror}/${tool.releasePath}/${file}`;
}
