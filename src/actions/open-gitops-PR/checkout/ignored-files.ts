import { join } from 'node:path';
import { type IgnoreDecision, ignoreRules } from '../../../files/ignore.ts';
import { readRulesFile } from '../../../files/rules-file.ts';
import type { GitFolder } from './git-folder.ts';

/** The files that git ignores: by `.gitignore` in each folder, and by `info/exclude` of the repository. */
export class IgnoredFiles {
  readonly #root: string;
  readonly #everywhere: (path: string, isFolder: boolean) => IgnoreDecision;
  readonly #rules = new Map<string, (path: string, isFolder: boolean) => IgnoreDecision>();
  readonly #folders = new Map<string, boolean>();

  constructor(root: string, folder: GitFolder) {
    this.#root = root;
    this.#everywhere = rulesIn(join(folder.common, 'info/exclude'));
  }

  /** Whether a file is ignored, itself or by a folder above it. */
  has(path: string): boolean {
    return this.hasFolder(parentOf(path)) || this.#decide(path, false) === 'ignored';
  }

  hasFolder(path: string): boolean {
    if (path === '') return false;
    const known = this.#folders.get(path);
    if (known !== undefined) return known;
    const ignored = this.hasFolder(parentOf(path)) || this.#decide(path, true) === 'ignored';
    this.#folders.set(path, ignored);
    return ignored;
  }

  /** The nearest ignore file that has a rule for the path decides. */
  #decide(path: string, isFolder: boolean): IgnoreDecision {
    for (let folder = parentOf(path); ; folder = parentOf(folder)) {
      const verdict = this.#rulesOf(folder)(path.slice(folder === '' ? 0 : folder.length + 1), isFolder);
      if (verdict !== undefined) return verdict;
      if (folder === '') return this.#everywhere(path, isFolder);
    }
  }

  #rulesOf(folder: string) {
    const known = this.#rules.get(folder);
    if (known) return known;
    const rules = rulesIn(join(this.#root, folder, '.gitignore'));
    this.#rules.set(folder, rules);
    return rules;
  }
}

function rulesIn(file: string) {
  return ignoreRules(readRulesFile(file) ?? '');
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
