import { realpath } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { ActionError } from '../../../core/error.ts';
import type { Env } from '../../../core/inputs.ts';
import { type DockerIgnore, readDockerIgnore } from '../../../files/docker-ignore.ts';
import { isInside } from '../../../files/inside.ts';
import type { TarEntry } from '../../../image/layer/tar.ts';
import type { FileMapping } from '../input-types/file-mapping.ts';
import { addParents, conflict } from './parents.ts';
import type { PrivateKeyGuard } from './private-keys.ts';
import { credentialFinder, type SuspectFile, secretInLayer } from './secret-files.ts';
import { SourceWalk } from './source-walk.ts';

export interface CollectOptions {
  readonly mappings: readonly FileMapping[];
  /** Absolute path: nothing outside it is read. */
  readonly context: string;
  /** Seconds since the epoch, for every entry. */
  readonly mtime: number;
  /** Without a base, the layer must contain every folder itself. */
  readonly fromScratch: boolean;
  /** Some variables of the job name files with credentials. */
  readonly env: Env;
  /** Sees the content of the files when the layer is written. */
  readonly keys: PrivateKeyGuard;
}

/**
 * The entries of a layer, sorted by path, without what .dockerignore excludes. The same files give the same entries on every machine,
 * whatever its umask and clock.
 * @throws ActionError `secret-in-layer` if a folder has files with credentials that no line names.
 */
export async function collectEntries(options: CollectOptions): Promise<TarEntry[]> {
  const { mappings, context, mtime, fromScratch, env, keys } = options;
  const root = await realpath(context);
  const ignore = readDockerIgnore(root);
  const sources = await Promise.all(mappings.map((mapping) => locate(mapping, context, root)));
  const intended = new Set(
    mappings.flatMap(({ source }, index) => {
      const file = sources[index] ?? '';
      // A link with another name hides what it leads to.
      return basename(source) === basename(file) ? [pathIn(root, file)] : [];
    }),
  );
  const credentialsIn = credentialFinder(root, env);
  const entries = new Map<string, TarEntry>();
  for (const [index, mapping] of mappings.entries()) {
    const walk = new SourceWalk({ root, mapping, mtime, ignore });
    const suspects: SuspectFile[] = [];
    const added: TarEntry[] = [];
    for await (const { entry, file } of walk.entries(sources[index] ?? root)) {
      const path = pathIn(root, file);
      const suspect = { file: path, target: entry.path };
      if (entry.kind !== 'file' || intended.has(path)) added.push(entry);
      else {
        const credentials = credentialsIn(path);
        if (credentials) suspects.push({ ...suspect, ...credentials });
        added.push({ ...entry, content: () => keys.watch(suspect, entry.content()) });
      }
    }
    requireNotIgnored(walk, added, mapping, ignore);
    requireNoCredentials(suspects, mapping);
    for (const entry of added) put(entries, entry);
    addParents(entries, added, mapping, { mtime, fromScratch });
  }
  return [...entries.values()].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

function pathIn(root: string, file: string): string {
  return relative(root, file).replaceAll(sep, '/');
}

/** Stops a build that would put credentials into the image as part of a folder. A file that a line names is intended. */
function requireNoCredentials([first, ...others]: readonly SuspectFile[], { source }: FileMapping): void {
  if (first === undefined) return;
  const what =
    others.length === 0
      ? 'a file that usually contains credentials'
      : `${others.length + 1} files that usually contain credentials`;
  throw secretInLayer([first, ...others], what, source);
}

/** An image without the files that a line names would be pushed in silence. */
function requireNotIgnored(
  { hasIgnored }: SourceWalk,
  added: readonly TarEntry[],
  { source }: FileMapping,
  ignore: DockerIgnore,
): void {
  if (!hasIgnored || added.some(({ kind }) => kind !== 'directory')) return;
  const path = source.replace(/^(\.?\/)+|\/+$/g, '');
  const bringsBack = ignore.ignores(path) ? `!${path}` : `!${path}/…`;
  throw new ActionError({
    code: 'source-ignored',
    message: `Input \`files\` names "${source}", but .dockerignore of the context excludes all of it.`,
    remedy: `Add the line \`${bringsBack}\` at the end of .dockerignore, or remove the line that excludes it.`,
  });
}

/** The real path of a source. It must be in the context. */
async function locate({ source }: FileMapping, context: string, root: string): Promise<string> {
  const path = join(context, source);
  let real: string;
  try {
    real = await realpath(path);
  } catch {
    throw new ActionError({
      code: 'source-not-found',
      message: `Input \`files\` names "${source}", but the context has no such file or folder.`,
      remedy: 'Does an earlier step of this job build it? Paths are relative to `context`.',
    });
  }
  if (isInside(real, root)) return real;
  throw new ActionError({
    code: 'source-outside-context',
    message: `Input \`files\` names "${source}", which leads out of the context (to ${real}).`,
    remedy: 'Copy the file into the context, or choose a `context` that contains it.',
  });
}

/** A later line replaces the file of an earlier one. A folder can't replace a file, nor a file a folder. */
function put(entries: Map<string, TarEntry>, entry: TarEntry): void {
  const before = entries.get(entry.path);
  if (before && (before.kind === 'directory') !== (entry.kind === 'directory')) throw conflict(entry.path);
  entries.set(entry.path, entry);
}
