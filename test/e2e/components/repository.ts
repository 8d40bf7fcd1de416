import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './run.ts';

/** Creates a bare repository with one commit of `files` (path → content) on main, and returns the commit. */
export async function createRepository(bare: string, files: Readonly<Record<string, string>>): Promise<string> {
  const checkout = mkdtempSync(join(dirname(bare), 'checkout-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(checkout, path)), { recursive: true });
    writeFileSync(join(checkout, path), content);
  }
  const author = ['-c', 'user.name=e2e', '-c', 'user.email=e2e@example.com', '-c', 'commit.gpgsign=false'];
  const git = (...args: string[]) => run('git', ['-C', checkout, ...author, ...args]);
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  await git('commit', '--quiet', '--message=First');
  await git('clone', '--quiet', '--bare', checkout, bare);
  return (await git('rev-parse', 'HEAD')).trim();
}
