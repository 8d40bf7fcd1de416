import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { locate } from './locate.ts';
import { type Program, programs } from './packages.ts';

/** The programs that are needed but not installed. */
export function missingPrograms(): readonly Program[] {
  const needed = programs.filter(({ unless }) => unless === undefined || process.env[unless] === undefined);
  return needed.filter(({ name, at }) => locate(name, at) === undefined);
}

/** Arguments of apt-get that install the programs. */
export function aptArguments(missing: readonly Program[]): readonly string[] {
  return ['install', '-y', '--no-install-recommends', ...new Set(missing.map(({ debian }) => debian))];
}

/** Installs the missing programs with apt-get. Does nothing without root or apt-get. */
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

/** Prevents packages from starting their services during the installation, by Debian's policy-rc.d. */
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
