import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ActionError } from '../../action/error.ts';
import { globs } from '../../files/glob.ts';
import { walk } from '../../files/walk.ts';
import type { GitHub } from '../../github/client.ts';
import { GitHubRefusal } from '../../github/error.ts';
import { type FileMode, listFiles } from '../../github/files.ts';
import type { Repository } from '../../github/repository.ts';
import { checkedOutCommit } from './checkout.ts';
import { type ChangeSource, desiredOf, type Edit, oidOf, snapshotOf } from './desired.ts';
import { mergeFiles } from './three-way.ts';

interface Checkout {
  /** Its folder. */
  readonly path: string;
  readonly addPaths: readonly string[];
}

/** What was changed in a checkout since its commit, carried over to the base as it stands now. */
export function changedFiles(github: GitHub, repository: Repository, checkout: Checkout, cwd: string): ChangeSource {
  const root = resolve(cwd, checkout.path);
  const wanted = globs(checkout.addPaths);
  const commit = checkedOutCommit(root);
  return async (base) => {
    const committed = await listCheckedOut(github, repository, commit, checkout);
    const there = new Set(walk(root, wanted).files);
    const paths = [...new Set([...there, ...[...committed.keys()].filter(wanted)])].sort();
    const changed = paths.flatMap((path) => {
      const after = there.has(path) ? fileAt(join(root, path)) : undefined;
      const before = committed.get(path);
      // Links and submodules are left as they are: what they hold is not theirs.
      if (before !== undefined && before.mode !== '100644' && before.mode !== '100755') return [];
      return before?.oid === oidOf(after) && before?.mode === after?.mode ? [] : [{ path, after }];
    });
    const names = changed.map(({ path }) => path);
    const [now, then] = [await base.read(names), await snapshotOf(github, repository, commit).read(names)];
    return desiredOf(changed.map(({ path, after }) => carriedOver(path, after, then.get(path), now.get(path))));
  };
}

async function listCheckedOut(github: GitHub, repository: Repository, commit: string, { path }: Checkout) {
  try {
    return await listFiles(github, repository, commit);
  } catch (thrown) {
    if (!(thrown instanceof GitHubRefusal) || thrown.status !== 404) throw thrown;
    throw new ActionError({
      code: 'checkout-invalid',
      message: `The checkout in ${path} is at commit ${commit.slice(0, 8)}, which ${repository.fullName} does not have.`,
      remedy: 'Give in `path` a checkout of the repository that `repository` names, without commits of its own.',
      cause: thrown,
    });
  }
}

/** What was changed in the checkout, merged with what others changed on the base since. */
function carriedOver(path: string, after: Edit['after'], then: Edit['before'], now: Edit['before']): Edit {
  const merged = mergeFiles(then, after, now);
  if (merged.kind === 'merged') return { path, before: now, after: merged.file };
  throw new ActionError({
    code: 'change-conflict',
    message: `${path} was changed in the checkout, and differently on the base since.`,
    remedy: 'Check the base out anew and make the change again.',
  });
}

function fileAt(file: string): { readonly mode: FileMode; readonly content: Buffer } {
  const executable = (statSync(file).mode & 0o100) !== 0;
  return { mode: executable ? '100755' : '100644', content: readFileSync(file) };
}
