import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expectWithNote } from '../../../jest-support.ts';
import { type ActionRun, GitOpsHarness, manifest } from '../harness.ts';

/** A clone of the GitOps repository, and the action that proposes the changes of its working tree. */
export class ClonedTree {
  readonly harness: GitOpsHarness;
  readonly folder: string;

  private constructor(harness: GitOpsHarness) {
    this.harness = harness;
    this.folder = join(harness.folder, 'gitops');
  }

  static async open(): Promise<ClonedTree> {
    const harness = await GitOpsHarness.open();
    harness.repository.push(
      'main',
      {
        '.gitignore': '.env\n/out/\n*.log\n!kept.log\n',
        'production/shop.yaml': manifest('shop', '1.0.0'),
        'vendor/node_modules/lib/index.js': 'lib\n',
        'kept.log': 'kept\n',
        'tracked.log': 'tracked though ignored\n',
      },
      'More',
    );
    const tree = new ClonedTree(harness);
    tree.clone();
    return tree;
  }

  close(): Promise<void> {
    return this.harness.close();
  }

  git(...args: string[]): string {
    return execFileSync('git', ['-C', this.folder, ...args], { stdio: 'pipe', encoding: 'utf8' });
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  /** Clones again, with these options. */
  clone(...args: string[]): void {
    rmSync(this.folder, { recursive: true, force: true });
    execFileSync('git', ['clone', '--quiet', ...args, this.harness.repository.git.dir, this.folder], { stdio: 'pipe' });
  }

  propose(addPaths = '**'): Promise<ActionRun> {
    return this.harness.run({ path: 'gitops', 'add-paths': addPaths, application: 'shop', environment: 'staging' });
  }

  /** The changes on the branch of the pull request. */
  async proposed(addPaths?: string): Promise<string[]> {
    const { exitCode, log } = await this.propose(addPaths);
    expectWithNote(exitCode, log).toBe(0);
    const { repository, branchHead } = this.harness;
    if (branchHead === '') return [];
    return repository.git
      .changes(repository.branch('main') ?? '', branchHead)
      .map(({ path, status }) => `${status} ${path}`);
  }
}
