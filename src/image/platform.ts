import { closestMatch } from '../core/closest-match.ts';
import { defined } from '../core/defined.ts';
import { type InputType, InvalidInput } from '../core/input-types.ts';
import { stringAt } from '../json/json.ts';

/** The platform of an image (OCI image spec, "platform"). It is normalized: equal platforms have equal fields. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

const ARCHITECTURE_ALIASES: ReadonlyMap<string, string> = new Map([
  ['x86_64', 'amd64'],
  ['x86-64', 'amd64'],
  ['aarch64', 'arm64'],
]);
/** The names of Go (`go tool dist list`), which the OCI image spec uses. The usual ones come first. */
const KNOWN_SYSTEMS =
  'linux windows darwin freebsd aix android dragonfly illumos ios js netbsd openbsd plan9 solaris wasip1'.split(' ');
const KNOWN_ARCHITECTURES =
  'amd64 arm64 arm 386 ppc64le riscv64 s390x loong64 mips mipsle mips64 mips64le ppc64 wasm'.split(' ');

/** `linux/arm64/v8` → `{ os: 'linux', architecture: 'arm64' }`; `undefined` if the text is not `os/architecture[/variant]`. */
export function parsePlatform(text: string): Platform | undefined {
  const match = /^([a-z0-9]+)\/([a-z0-9_-]+)(?:\/(v[0-9.]+))?$/.exec(text.toLowerCase());
  if (!match?.[1] || !match[2]) return undefined;
  return normalPlatform({ os: match[1], architecture: match[2], ...defined({ variant: match[3] }) });
}

/** Resolves aliases and default variants (v8 of arm64, v7 of arm), as containerd does. */
export function normalPlatform({ os, architecture, variant }: Platform): Platform {
  const arch = ARCHITECTURE_ALIASES.get(architecture) ?? architecture;
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

/** Why there is no such platform (continues "names …"), and a hint; `undefined` if the platform exists. */
export function platformProblem(platform: Platform): { problem: string; hint: string } | undefined {
  const { os, architecture } = platform;
  const [what, wrong, known] = !KNOWN_SYSTEMS.includes(os)
    ? ['operating system', os, KNOWN_SYSTEMS]
    : ['architecture', architecture, KNOWN_ARCHITECTURES];
  if (known.includes(wrong)) return undefined;
  const near = closestMatch(wrong, known);
  const meant =
    known === KNOWN_SYSTEMS ? { ...platform, os: near ?? os } : { ...platform, architecture: near ?? architecture };
  return {
    problem: `${formatPlatform(platform)}, but no ${what} is called "${wrong}".`,
    hint: `${near === undefined ? '' : `Did you mean "${formatPlatform(meant)}"? `}Known are ${known.join(', ')}.`,
  };
}

/** The form of a name of a system or architecture. Other text in an image is not a platform. */
const NAME = /^[\w.-]{1,64}$/;

/** The platform in a descriptor or an image config; `undefined` if there is none. Attestations have the platform `unknown`. */
export function platformIn(value: unknown): Platform | undefined {
  const os = stringAt(value, 'os');
  const architecture = stringAt(value, 'architecture');
  const variant = stringAt(value, 'variant');
  if (!os || !architecture || os === 'unknown' || architecture === 'unknown') return undefined;
  if (![os, architecture, variant || 'none'].every((name) => NAME.test(name))) return undefined;
  return normalPlatform({ os, architecture, ...defined({ variant: variant || undefined }) });
}

/** An input that takes a platform. */
export const platform: InputType<Platform> = {
  expects: 'a platform such as linux/amd64 or linux/arm64',
  parse(text) {
    const parsed = parsePlatform(text);
    if (!parsed) throw new InvalidInput(KNOWN_ARCHITECTURES.includes(text) ? `Did you mean "linux/${text}"?` : '');
    return parsed;
  },
};
