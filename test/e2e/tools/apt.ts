import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { locate } from './locate.ts';
import { type Program, programs } from './packages.ts';

/** The programs that are needed and not on this machine. */
export function missingPrograms(): readonly Program[] {
  const needed = programs.filter(({ unless }) => unless === undefined || process.env[unless] === undefined);
  return needed.filter(({ name, at }) => locate(name, at) === undefined);
}

/** The arguments of apt-get that bring programs to a Debian or Ubuntu machine. */
export function aptArguments(missing: readonly Program[]): readonly string[] {
  return ['install', '-y', '--no-install-recommends', ...new Set(missing.map(({ debian }) => debian))];
}

/** Installs the missing programs where that needs nobody's password: as root, with apt. Else it does nothing. */
export function installPrograms(progress: (line: string) => void): void {
  const missing = missingPrograms();
  if (missing.length === 0 || process.getuid?.() !== 0 || locate('apt-get') === undefined) return;
  progress(`installing ${missing.map(({ name }) => name).join(', ')}`);
  withoutStartingServices(() => {
    apt(['update']);
    apt(aptArguments(missing));
  });
}

function apt(args: readonly string[]): void {
  execFileSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=300', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

/** The packages bring services that would start at once; Debian's policy-rc.d says that they may not. */
function withoutStartingServices(install: () => void): void {
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !existsSync(policy);
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    install();
  } finally {
    if (ours) rmSync(policy);
  }
}
