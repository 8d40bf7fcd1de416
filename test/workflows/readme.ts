import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../../scripts/actions.ts';
import { objectAt, stringAt } from '../../src/json/json.ts';

export const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** The workflow in the README that users copy. */
export const workflowToCopy: unknown = parse(/```yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? '');

/** A job of that workflow, which calls one of our reusable workflows. */
export interface CallingJob {
  readonly name: string;
  /** The called file, such as `deploy.yml`; `undefined` if it is not one of ours. */
  readonly file: string | undefined;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, unknown>>;
}

export const callingJobs: readonly CallingJob[] = Object.entries(objectAt(workflowToCopy, 'jobs') ?? {}).map(
  ([name, job]) => ({
    name,
    file: /^OWNER\/gitops-actions\/\.github\/workflows\/([a-z]+\.yml)@v1$/.exec(stringAt(job, 'uses') ?? '')?.[1],
    inputs: objectAt(job, 'with') ?? {},
    secrets: objectAt(job, 'secrets') ?? {},
    permissions: objectAt(job, 'permissions') ?? {},
  }),
);
