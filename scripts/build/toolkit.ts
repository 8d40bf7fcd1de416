import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What core and its HTTP client are made of only defines things, and does nothing when it is loaded. */
const WITHOUT_SIDE_EFFECTS = ['core', 'http-client'];

/**
 * Copies GitHub's packages to where the bundler finds them before node_modules, and says in the copies that their modules do nothing when
 * loaded. The packages don't say it (https://github.com/actions/toolkit/issues/1697): every bundle would load core's OpenID client, and
 * with it an HTTP client of 500 kB, at start. All of them are copied, so that all mean the same core.
 */
export function copyToolkit(nodeModules: string, copies: string): void {
  const [from, to] = [join(nodeModules, '@actions'), join(copies, '@actions')];
  cpSync(from, to, { recursive: true });
  for (const name of WITHOUT_SIDE_EFFECTS) {
    const manifest: object = JSON.parse(readFileSync(join(from, name, 'package.json'), 'utf8'));
    writeFileSync(join(to, name, 'package.json'), JSON.stringify({ ...manifest, sideEffects: false }));
  }
}
