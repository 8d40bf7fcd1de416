import { join } from 'node:path';
import { ActionError } from '../../../core/error.ts';
import { type AttributesFile, attributeRules } from '../../../files/attributes.ts';
import { readRulesFile } from '../../../files/rules-file.ts';
import type { Snapshot } from '../change/desired-state.ts';
import type { GitFolder } from './git-folder.ts';
import type { WorkingTreeChange } from './working-tree.ts';

interface Place {
  readonly root: string;
  readonly folder: GitFolder;
  /** The commit of the checkout, and all that it has. */
  readonly checkedOut: Snapshot;
  readonly committed: ReadonlyMap<string, unknown>;
}

/**
 * Stops where a changed file is another one on disk than git commits: encrypted by a filter, say, so that its secrets would be published.
 * Filters are programs of the machine, and are not run here.
 * @throws ActionError `filter-not-supported`, `large-file-not-supported`
 */
export async function requireUnfiltered(changed: readonly WorkingTreeChange[], place: Place): Promise<void> {
  // The target of a link is committed as it is.
  const written = changed.filter(({ after }) => after && after.mode !== '120000').map(({ path }) => path);
  const rules = attributeRules(await attributesFilesFor(written, place));
  for (const path of written) {
    const attributes = rules(path);
    const [filter, encoding] = [attributes.get('filter'), attributes.get('working-tree-encoding')];
    if (filter === 'lfs') throw largeFile(path);
    if (filter !== undefined) throw filtered(path, `by the filter "${filter}"`);
    if (encoding !== undefined) throw filtered(path, `from ${encoding}`);
  }
}

/** Those that decide on the paths, as they are on disk, else as they were committed: what is not checked out counts, too. */
async function attributesFilesFor(paths: readonly string[], place: Place): Promise<AttributesFile[]> {
  const folders = [...new Set(paths.flatMap(foldersAbove))].sort((a, b) => a.length - b.length);
  const onDisk = new Map(folders.map((at) => [at, readRulesFile(join(place.root, at, '.gitattributes'))]));
  const missing = folders.filter((at) => onDisk.get(at) === undefined).map((at) => `${at}.gitattributes`);
  const committed = await place.checkedOut.read(missing.filter((path) => place.committed.has(path)));
  const ofRepository = readRulesFile(join(place.folder.common, 'info/attributes'));
  return [
    ...folders.map((at) => {
      const found = committed.get(`${at}.gitattributes`);
      const text = found === undefined || found.mode === '120000' ? '' : found.content.toString('utf8');
      return { folder: at, text: onDisk.get(at) ?? text };
    }),
    { folder: '', text: ofRepository ?? '' },
  ];
}

/** With `/` at the end; the top is the empty one. */
function foldersAbove(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return ['', ...parts.map((_, i) => `${parts.slice(0, i + 1).join('/')}/`)];
}

function filtered(path: string, how: string): ActionError {
  return new ActionError({
    code: 'filter-not-supported',
    message: `${path} was changed in the checkout, and git converts it ${how} when it is committed (.gitattributes).`,
    remedy: remedyFor(path),
  });
}

export function largeFile(path: string): ActionError {
  return new ActionError({
    code: 'large-file-not-supported',
    message: `${path} is kept by Git LFS, and was changed in the checkout.`,
    remedy: remedyFor(path),
  });
}

function remedyFor(path: string): string {
  return `Push such files with git, and leave this one out: add "!${path}" to \`add-paths\`.`;
}
