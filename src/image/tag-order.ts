interface TagOrder {
  /** The text before a build number. Tags of different series can't be compared. */
  readonly series: string;
  readonly numbers: readonly bigint[];
  /** Empty for a release. A release is newer than its pre-releases. */
  readonly prerelease: readonly string[];
}

const SEMVER = /^v?(?<numbers>\d+(?:\.\d+){0,2})(?:-(?<prerelease>[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;
const BUILD = /^(?<series>[A-Za-z][A-Za-z0-9_.-]*?[-_.])(?<numbers>\d+)$/;

/**
 * Compares two tags: negative if `a` is older, 0 if they are equal, positive if `a` is newer, `undefined` if they can't be compared.
 * Versions are compared by semver.org 2.0.0 (section 11), with or without `v`; missing numbers count as 0 (`1.4`). Build numbers and
 * dates are compared within the same series (`main-41`, `20240601`).
 */
export function compareTags(a: string, b: string): number | undefined {
  if (a === b) return 0;
  const [left, right] = [orderOf(a), orderOf(b)];
  if (!left || !right || left.series !== right.series) return undefined;
  for (let i = 0; i < 3; i++) {
    const [one = 0n, other = 0n] = [left.numbers[i], right.numbers[i]];
    if (one !== other) return one < other ? -1 : 1;
  }
  return comparePrereleases(left.prerelease, right.prerelease);
}

function orderOf(tag: string): TagOrder | undefined {
  const { series = '', numbers, prerelease } = (SEMVER.exec(tag) ?? BUILD.exec(tag))?.groups ?? {};
  if (numbers === undefined) return undefined;
  return { series, numbers: numbers.split('.').map(BigInt), prerelease: prerelease?.split('.') ?? [] };
}

function comparePrereleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [one, other] = [a[i], b[i]];
    if (one === undefined) return -1;
    if (other === undefined) return 1;
    const order = compareIdentifiers(one, other);
    if (order !== 0) return order;
  }
  return 0;
}

/** Numbers are compared by value and come before words; words are compared by their characters. */
function compareIdentifiers(a: string, b: string): number {
  if (a === b) return 0;
  const [isNumber, otherIsNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumber && otherIsNumber) return Number(BigInt(a) > BigInt(b)) - Number(BigInt(a) < BigInt(b));
  if (isNumber !== otherIsNumber) return isNumber ? -1 : 1;
  return a < b ? -1 : 1;
}
