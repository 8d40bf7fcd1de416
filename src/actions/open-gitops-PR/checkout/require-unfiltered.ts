import { join } from 'node:path';
import { ActionError } from '../../../core/error.ts';
import { type AttributesFile, attributeRules } from '../../../files/attributes.ts';
import { readRulesFile } from '../../../files/rules-file.ts';
import type { Snapshot } from '../change/desired-state.ts';
import type { GitFolder } from './git-folder.ts';
import type { WorkingTreeChange } from './working-tree.ts';

interface CheckedOutCommit {
  readonly root: string;
  readonly folder: GitFolder;
  readonly checkedOut: Snapshot;
  /** All paths of the commit. */
  readonly committed: ReadonlyMap<string, unknown>;
}

/**
 * Requires that git would commit each changed file exactly as it is on disk. A filter may encrypt a file, for example: committing the
 * file on disk would publish its secrets. Filters are programs on the user's machine, and this action doesn't run them.
 * @throws ActionError `filter-not-supported`, `large-file-not-supported`
 */
export async function requireUnfiltered(
  changed: readonly WorkingTreeChange[],
  checkout: CheckedOutCommit,
): Promise<void> {
  // Filters don't apply to links.
  const files = changed.filter(({ after }) => after && after.mode !== '120000').map(({ path }) => path);
  const rules = attributeRules(await attributesFilesFor(files, checkout));
  for (const path of files) {
    const attributes = rules(path);
    const [filter, encoding] = [attributes.get('filter'), attributes.get('working-tree-encoding')];
    if (filter === 'lfs') throw largeFileNotSupported(path);
    if (filter !== undefined) throw filterNotSupported(path, `by the filter "${filter}"`);
    if (encoding !== undefined) throw filterNotSupported(path, `from ${encoding}`);
  }
}

/** The attributes files that apply to the paths. If one is not checked out, its committed version applies. */
async function attributesFilesFor(paths: readonly string[], checkout: CheckedOutCommit): Promise<AttributesFile[]> {
  const folders = [...new Set(paths.flatMap(foldersAbove))].sort((a, b) => a.length - b.length);
  const onDisk = new Map(folders.map((at) => [at, readRulesFile(join(checkout.root, at, '.gitattributes'))]));
  const missing = folders.filter((at) => onDisk.get(at) === undefined).map((at) => `${at}.gitattributes`);
  const committed = await checkout.checkedOut.read(missing.filter((path) => checkout.committed.has(path)));
  const ofRepository = readRulesFile(join(checkout.folder.common, 'info/attributes'));
  return [
    ...folders.map((at) => {
      const found = committed.get(`${at}.gitattributes`);
      const text = found === undefined || found.mode === '120000' ? '' : found.content.toString('utf8');
      return { folder: at, text: onDisk.get(at) ?? text };
    }),
    { folder: '', text: ofRepository ?? '' },
  ];
}

/** Each with a `/` at the end; the top folder is the empty string. */
function foldersAbove(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return ['', ...parts.map((_, i) => `${parts.slice(0, i + 1).join('/')}/`)];
}

function filterNotSupported(path: string, how: string): ActionError {
  return new ActionError({
    code: 'filter-not-supported',
    message: `${path} was changed in the checkout, and git converts it ${how} when it is committed (.gitattributes).`,
    remedy: remedyFor(path),
  });
}

export function largeFileNotSupported(path: string): ActionError {
  return new ActionError({
    code: 'large-file-not-supported',
    message: `${path} was changed in the checkout, and Git LFS stores it.`,
    remedy: remedyFor(path),
  });
}

function remedyFor(path: string): string {
  return `Push such files with git, and exclude this one: add "!${path}" to \`add-paths\`.`;
}
