/** A semantic version (semver.org 2.0.0). */
export interface SemanticVersion {
  readonly major: string;
  readonly minor: string;
  readonly patch: string;
  /** Empty for a release. */
  readonly prerelease: string;
  /** Without a leading `v`, and without build metadata: a tag can't contain "+". */
  readonly full: string;
}

const NUMBER = '(0|[1-9]\\d*)';
const SEMVER = new RegExp(`^v?${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-([0-9A-Za-z.-]+))?(?:\\+[0-9A-Za-z.-]+)?$`);

export function parseSemanticVersion(text: string): SemanticVersion | undefined {
  const [, major, minor, patch, prerelease = ''] = SEMVER.exec(text) ?? [];
  if (major === undefined || minor === undefined || patch === undefined) return undefined;
  return {
    major,
    minor,
    patch,
    prerelease,
    full: `${major}.${minor}.${patch}${prerelease === '' ? '' : `-${prerelease}`}`,
  };
}
