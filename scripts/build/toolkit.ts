import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The modules of these packages only define things; loading one does nothing. */
const WITHOUT_SIDE_EFFECTS = ['core', 'http-client'];

/**
 * Copies the @actions packages to a folder that the bundler searches before node_modules, and marks the copies as free of side effects.
 * The packages lack that mark (https://github.com/actions/toolkit/issues/1697); without it every bundle would load core's OpenID client,
 * and with it an HTTP client of 500 kB, at start. All @actions packages are copied, so that they share one copy of core.
 */
export function copyToolkit(nodeModules: string, copies: string): void {
  const [from, to] = [join(nodeModules, '@actions'), join(copies, '@actions')];
  cpSync(from, to, { recursive: true });
  for (const name of WITHOUT_SIDE_EFFECTS) {
    const manifest: object = JSON.parse(readFileSync(join(from, name, 'package.json'), 'utf8'));
    writeFileSync(join(to, name, 'package.json'), JSON.stringify({ ...manifest, sideEffects: false }));
  }
}
