/** `process.platform` and `process.arch`. */
export type ToolPlatform = 'linux-x64' | 'linux-arm64' | 'darwin-x64' | 'darwin-arm64';

/** What a release has for one platform. */
export interface ReleaseAsset {
  /** The name of the file. */
  readonly file: string;
  /** Of the file as it is downloaded, in hex. */
  readonly sha256: string;
}

/** A program that an action brings where the runner lacks it. A new one is a file beside this one, and its line in tools.ts. */
export interface Tool {
  /** How the program is called. */
  readonly name: string;
  readonly version: string;
  /** The folder of the release on GitHub. */
  readonly releasePath: string;
  /** How the program lies in the file: it is the file, or it is in a gzipped tar under its name. */
  readonly packaging: 'plain' | 'tar.gz';
  /** A platform whose sum is not known has none. */
  readonly assets: Readonly<Partial<Record<ToolPlatform, ReleaseAsset>>>;
}

/** Where releases are, unless a mirror takes its place. */
export const GITHUB = 'https://github.com';

/** Where a file of a release lies. @param mirror the URL that stands for GitHub's */
export function assetUrl(tool: Tool, { file }: ReleaseAsset, mirror: string = GITHUB): string {
  return `${mirror}/${tool.releasePath}/${file}`;
}
