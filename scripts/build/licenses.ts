import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listAt, parseJson, stringAt } from '../../src/json/json.ts';

/**
 * The folders of the packages whose modules are in a bundle, from webpack's statistics about it (ncc's `--stats-out`), in stable order.
 * ncc's own list (`--license`) knows of modules that were joined only the first, so `@actions/core` is not in it.
 */
export function bundledPackages(statistics: unknown): string[] {
  const modules = listAt(statistics, 'modules').filter((module) => listAt(module, 'chunks').length > 0);
  const folders = modules.flatMap(filesOf).flatMap((file) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []);
  return [...new Set(folders)].sort();
}

/** The file of a module, or the files of those that were joined into it. */
function filesOf(module: unknown): string[] {
  const file = stringAt(module, 'nameForCondition');
  return [...(file === undefined ? [] : [file.replaceAll('\\', '/')]), ...listAt(module, 'modules').flatMap(filesOf)];
}

/**
 * The licences of packages: name, version, the kind of licence, and the text of every file about it.
 * @throws where a package has neither a text nor says its kind: nobody may hand it on then.
 */
export function licensesText(folders: readonly string[]): string {
  const licences = folders.map((folder) => {
    const manifest = parseJson(readFileSync(join(folder, 'package.json'), 'utf8'));
    const title = `${stringAt(manifest, 'name') ?? folder} ${stringAt(manifest, 'version') ?? ''}`.trim();
    const kind = licenseKind(manifest);
    const texts = readdirSync(folder)
      .filter((name) => /^(?:licen[cs]e|copying|notice)(?:[.-]|$)/i.test(name))
      .sort()
      .map((name) => readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim());
    if (kind === undefined && texts.length === 0)
      throw new Error(`${title} is in a bundle, but it has no licence file, and its package.json names no licence.`);
    return { title, text: [`${title} (${kind ?? 'its own licence'})`, ...texts].join('\n\n') };
  });
  const inOrder = licences.sort((one, other) => (one.title < other.title ? -1 : 1));
  return inOrder.map(({ text }) => `${text}\n`).join(`\n${'-'.repeat(80)}\n\n`);
}

/** `license`, also in the forms that npm has given up. */
function licenseKind(manifest: unknown): string | undefined {
  const old = listAt(manifest, 'licenses').flatMap((one) => stringAt(one, 'type') ?? []);
  return stringAt(manifest, 'license') ?? stringAt(manifest, 'license', 'type') ?? (old.join(' OR ') || undefined);
}
