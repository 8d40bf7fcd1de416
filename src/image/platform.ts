import { closestMatch } from '../core/closest-match.ts';
import { type InputType, InvalidInput } from '../core/input-types.ts';
import { stringAt } from '../json/json.ts';

/** What an image runs on (OCI image spec, "platform"); normalised, so that equal platforms have equal fields. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

const ARCHITECTURES: ReadonlyMap<string, string> = new Map([
  ['x86_64', 'amd64'],
  ['x86-64', 'amd64'],
  ['aarch64', 'arm64'],
]);
/** What Go builds for (`go tool dist list`), and so the names that the OCI image spec takes: the usual ones first. */
const SYSTEMS =
  'linux windows darwin freebsd aix android dragonfly illumos ios js netbsd openbsd plan9 solaris wasip1'.split(' ');
const KNOWN = 'amd64 arm64 arm 386 ppc64le riscv64 s390x loong64 mips mipsle mips64 mips64le ppc64 wasm'.split(' ');

/** `linux/arm64/v8` → `{ os: 'linux', architecture: 'arm64' }`; `undefined` for anything that is no `os/architecture[/variant]`. */
export function parsePlatform(text: string): Platform | undefined {
  const match = /^([a-z0-9]+)\/([a-z0-9_-]+)(?:\/(v[0-9.]+))?$/.exec(text.toLowerCase());
  if (!match?.[1] || !match[2]) return undefined;
  return normalPlatform({ os: match[1], architecture: match[2], ...(match[3] ? { variant: match[3] } : {}) });
}

/** Aliases resolved as containerd does it: arm64's v8 is the default, arm's is v7. */
export function normalPlatform({ os, architecture, variant }: Platform): Platform {
  const arch = ARCHITECTURES.get(architecture) ?? architecture;
  if (arch === 'arm64')
    return variant === undefined || variant === 'v8' ? { os, architecture: arch } : { os, architecture: arch, variant };
  if (arch === 'arm') return { os, architecture: arch, variant: variant ?? 'v7' };
  return variant === undefined ? { os, architecture: arch } : { os, architecture: arch, variant };
}

export function formatPlatform({ os, architecture, variant }: Platform): string {
  return variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

export function isSamePlatform(a: Platform, b: Platform): boolean {
  return formatPlatform(normalPlatform(a)) === formatPlatform(normalPlatform(b));
}

/** Why there is no such platform, to stand after "names", and the one that may be meant; `undefined` for one that there is. */
export function platformProblem(platform: Platform): { problem: string; hint: string } | undefined {
  const { os, architecture } = platform;
  const [what, wrong, known] = !SYSTEMS.includes(os)
    ? ['operating system', os, SYSTEMS]
    : ['architecture', architecture, KNOWN];
  if (known.includes(wrong)) return undefined;
  const near = closestMatch(wrong, known);
  const meant =
    known === SYSTEMS ? { ...platform, os: near ?? os } : { ...platform, architecture: near ?? architecture };
  return {
    problem: `${formatPlatform(platform)}, but no ${what} is called "${wrong}".`,
    hint: `${near === undefined ? '' : `Did you mean "${formatPlatform(meant)}"? `}There are ${known.join(', ')}.`,
  };
}

/** What Go's names of systems and architectures are made of: whatever else an image says there is no platform. */
const NAME = /^[\w.-]{1,64}$/;

/** The platform that a descriptor or an image config names; `undefined` where it names none (`unknown` marks attestations). */
export function platformIn(value: unknown): Platform | undefined {
  const os = stringAt(value, 'os');
  const architecture = stringAt(value, 'architecture');
  const variant = stringAt(value, 'variant');
  if (!os || !architecture || os === 'unknown' || architecture === 'unknown') return undefined;
  if (![os, architecture, variant || 'none'].every((name) => NAME.test(name))) return undefined;
  return normalPlatform({ os, architecture, ...(variant ? { variant } : {}) });
}

/** An input that takes a platform. */
export const platform: InputType<Platform> = {
  expects: 'a platform such as linux/amd64 or linux/arm64',
  parse(text) {
    const parsed = parsePlatform(text);
    if (!parsed) throw new InvalidInput(KNOWN.includes(text) ? `Did you mean "linux/${text}"?` : '');
    return parsed;
  },
};
