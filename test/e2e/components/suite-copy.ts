import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { invariant } from '../../jest-support.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** The commit to which the workflows pin a third-party action. */
export function pinOf(name: string): string {
  const text = suiteFiles(root).map((file) => readFileSync(file, 'utf8'));
  const [, commit] = new RegExp(`actions/${name}@([0-9a-f]{40})`).exec(text.join('\n')) ?? [];
  invariant(commit);
  return commit;
}

/** Copies the actions and workflows to `folder` and replaces `$/`, which act doesn't know. Returns the folder. */
export function copySuite(folder: string): string {
  for (const name of ['actions', 'dist', '.github']) cpSync(join(root, name), join(folder, name), { recursive: true });
  for (const file of suiteFiles(folder)) {
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replaceAll(/\$\/((?:\.github\/)?actions\/[\w-]+)/g, 'acme/gitops-actions/$1@v1'));
  }
  return folder;
}

/** The reusable workflows and the action that they share. */
function suiteFiles(folder: string): string[] {
  const names = ['workflows/build.yml', 'workflows/deploy.yml', 'actions/keep-records/action.yml'];
  return names.map((name) => join(folder, '.github', name));
}
