import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listAt, parseJson, stringAt } from '../../src/json/json.ts';

/**
 * The folders of the packages in a bundle, sorted, according to webpack's statistics (ncc's `--stats-out`).
 * ncc's own list (`--license`) is incomplete: of concatenated modules it has only the first, so `@actions/core` is missing.
 */
export function bundledPackages(statistics: unknown): string[] {
  const modules = listAt(statistics, 'modules').filter((module) => listAt(module, 'chunks').length > 0);
  const folders = modules.flatMap(filesOf).flatMap((file) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []);
  return [...new Set(folders)].sort();
}

/** The file of a module, or the files of the modules that were concatenated into it. */
function filesOf(module: unknown): string[] {
  const file = stringAt(module, 'nameForCondition');
  return [...(file === undefined ? [] : [file.replaceAll('\\', '/')]), ...listAt(module, 'modules').flatMap(filesOf)];
}

/**
 * The licenses of packages: name, version, license, and the text of each license file.
 * @throws if a package has neither a license file nor a license in its package.json: it may not be distributed.
 */
export function licensesText(folders: readonly string[]): string {
  const licenses = folders.map((folder) => {
    const manifest = parseJson(readFileSync(join(folder, 'package.json'), 'utf8'));
    const title = `${stringAt(manifest, 'name') ?? folder} ${stringAt(manifest, 'version') ?? ''}`.trim();
    const kind = licenseKind(manifest);
    const texts = readdirSync(folder)
      .filter((name) => /^(?:licen[cs]e|copying|notice)(?:[.-]|$)/i.test(name))
      .sort()
      .map((name) => readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim());
    if (kind === undefined && texts.length === 0)
      throw new Error(`${title} is in a bundle, but it has no license file, and its package.json names no license.`);
    return { title, text: [`${title} (${kind ?? 'its own license'})`, ...texts].join('\n\n') };
  });
  const inOrder = licenses.sort((one, other) => (one.title < other.title ? -1 : 1));
  return inOrder.map(({ text }) => `${text}\n`).join(`\n${'-'.repeat(80)}\n\n`);
}

/** The license in package.json, also in npm's deprecated forms. */
function licenseKind(manifest: unknown): string | undefined {
  const old = listAt(manifest, 'licenses').flatMap((one) => stringAt(one, 'type') ?? []);
  return stringAt(manifest, 'license') ?? stringAt(manifest, 'license', 'type') ?? (old.join(' OR ') || undefined);
}
