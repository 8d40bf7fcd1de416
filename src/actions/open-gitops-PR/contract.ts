import { defaulted, defineContract, optional } from '../../core/contract.ts';
import { boolean, choice, duration, lines, list, text, token } from '../../core/input-types.ts';
import { glob } from '../../files/glob.ts';
import { inputPath } from '../../files/input-path.ts';
import { repositoryName } from '../../github/repository/repository.ts';
import { imageReference } from '../../image/reference.ts';
import { manifestChanges } from '../../manifest/changes/file-change.ts';
import { branchName } from './input-types/branch-name.ts';
import { commitSha } from './input-types/commit-sha.ts';
import { login } from './input-types/login.ts';
import { namePart } from './input-types/name-part.ts';
import { revertTarget } from './input-types/revert-target.ts';

export const contract = defineContract({
  name: 'open-gitops-PR',
  description:
    "Makes a change in a GitOps repository through GitHub's API: branch, signed commit, pull request, merge. Safe against races; does nothing if nothing changes.",
  branding: { icon: 'git-pull-request', color: 'blue' },
  inputs: {
    repository: defaulted(repositoryName, '${{ github.repository }}', {
      description: 'The GitOps repository, as `owner/name`.',
      example: 'acme/gitops',
    }),
    token: defaulted(token, '${{ github.token }}', {
      description: 'Token with `contents: write` and `pull-requests: write` on the GitOps repository.',
      example: '${{ secrets.GITOPS_TOKEN }}',
      secret: true,
    }),
    'app-id': optional(text, {
      description:
        'Id (or client id) of a GitHub App that is installed on the GitOps repository. Its token is used instead of `token`, and its pull requests start workflows.',
      example: '123456',
    }),
    'private-key': optional(text, {
      description: 'Private key of that App, in PEM form.',
      example: '${{ secrets.APP_PRIVATE_KEY }}',
      secret: true,
    }),
    base: optional(branchName, {
      description: 'The branch that the change goes into. Default: the default branch of the repository.',
      example: 'main',
    }),
    changes: optional(manifestChanges, {
      description:
        'The output `changes` of bump-manifest-tag. The changes are applied again to the current files of the base, so an outdated checkout does no harm. With an empty list, nothing changes, and the outputs name the merged pull request that brought the base to its current state.',
      example:
        '[{"file":"staging/shop.yaml","document":0,"path":"spec.image","line":4,"old":"shop:1","new":"shop:2","from":"shop:1","to":"shop:2","image":"shop","kind":"kubernetes"}]',
    }),
    image: optional(lines(imageReference), {
      description:
        'The images to deploy, one per line. With an empty list of `changes`, the outputs name a merged pull request only if it introduced one of these images; without this input, they name the newest one of the branch.',
      example: 'ghcr.io/acme/shop:1.4.2',
    }),
    path: optional(inputPath, {
      description: 'A checkout of the GitOps repository. The files changed in it are the change, instead of `changes`.',
      example: 'gitops',
    }),
    'add-paths': optional(lines(glob), {
      description:
        "Globs of the files in that checkout that count, relative to it, one per line. `!` in front excludes files. Each glob must match a file. Files that .gitignore ignores don't count. Required with `path`.",
      example: 'staging/**/*.yaml',
    }),
    application: optional(namePart, {
      description: 'Name of the application, part of the branch name.',
      example: 'shop',
    }),
    environment: optional(namePart, {
      description: 'Name of the environment, part of the branch name.',
      example: 'staging',
    }),
    branch: optional(branchName, {
      description:
        'The branch of the pull request. Default: `gitops/<environment>/<application>`, so a newer change updates the open pull request instead of opening another one.',
      example: 'gitops/staging/shop',
    }),
    title: optional(text, {
      description:
        'Title of the pull request, on one line. It is used as it is: a mention, `fixes #1` or `[skip ci]` in it takes effect. Default: which version of what is deployed where.',
      example: 'Deploy shop 1.4.2 to staging',
    }),
    body: optional(text, {
      description: 'Body of the pull request (Markdown). Default: a table of the changes with links.',
      example: 'Rolls out the new cart.',
    }),
    'commit-message': optional(text, {
      description: 'Commit message, used as it is. Default: the title and the changed images.',
      example: 'Deploy shop 1.4.2 to staging',
    }),
    labels: optional(list(text), { description: 'Labels to add to the pull request.', example: 'deployment' }),
    assignees: optional(list(login), { description: 'Logins of people to assign.', example: 'octocat' }),
    reviewers: optional(list(login), {
      description: 'Logins of people to request a review from.',
      example: 'octocat',
    }),
    'team-reviewers': optional(list(namePart), {
      description:
        "Slugs of teams to request a review from. The token must be allowed to see the organization's teams.",
      example: 'platform',
    }),
    draft: defaulted(boolean, 'false', { description: 'Open the pull request as a draft.', example: 'true' }),
    mode: defaulted(choice('pull-request', 'commit', 'revert'), 'pull-request', {
      description:
        '`pull-request`; `commit` (straight onto the base); or `revert` (a pull request that reverts what `revert` names).',
      example: 'revert',
    }),
    revert: optional(revertTarget, {
      description: 'What `mode: revert` reverts: the number of a merged pull request, or the whole SHA of a commit.',
      example: '42',
    }),
    merge: defaulted(choice('none', 'auto', 'direct'), 'none', {
      description:
        '`none`; `auto` (GitHub merges as soon as reviews and checks allow it, which may be immediately); or `direct` (this step merges).',
      example: 'auto',
    }),
    'merge-method': defaulted(choice('squash', 'merge', 'rebase'), 'squash', {
      description: 'How to merge: `squash`, `merge` or `rebase`.',
      example: 'merge',
    }),
    'approved-head': optional(commitSha, {
      description:
        'With `merge: direct`: the head of the branch that a person approved (the output `head-sha` of the step that proposed it). Only this commit is merged, or the one that this run builds from it for a newer base. For any other head, the action fails (`head-changed`) and writes nothing.',
      example: '${{ needs.propose.outputs.head-sha }}',
    }),
    'approved-changes': optional(manifestChanges, {
      description:
        "The `changes` that a person approved (those of the step that proposed them). With it, `changes` must be exactly these: compared byte by byte are each change's file, document, object, path and new value, but not its line and old value. Else the action fails (`approved-change-differs`) and writes nothing. A pull request also needs `approved-head` then.",
      example: '${{ needs.propose.outputs.changes }}',
    }),
    wait: defaulted(choice('none', 'merged'), 'none', {
      description:
        '`merged` waits until anyone merges the pull request, and outputs the merge commit. `none` does not wait.',
      example: 'merged',
    }),
    timeout: defaulted(duration, '30m', { description: 'How long to wait for the merge.', example: '2h' }),
    'on-foreign-commits': defaulted(choice('append', 'fail', 'replace'), 'append', {
      description:
        'What to do if the branch has commits of others: `append` (keep them and commit on top), `fail`, or `replace` (drop them).',
      example: 'fail',
    }),
    'dry-run': defaulted(boolean, 'false', {
      description: 'Report what would be done, and change nothing.',
      example: 'true',
    }),
  },
  outputs: {
    number: { description: 'Number of the pull request; empty if there is none.' },
    url: { description: 'URL of the pull request; in `mode: commit` of the commit.' },
    branch: { description: 'The branch of the pull request; in `mode: commit` the base.' },
    operation: {
      description:
        '`created`, `updated`, `none` (nothing had to change), `closed` (the base has the change already), or `committed`.',
    },
    'head-sha': { description: 'The commit at the head of the branch.' },
    merged: { description: '`true` if the change is in the base.' },
    'merge-commit-sha': { description: 'The commit that brought the change into the base.' },
    attempts: {
      description:
        'Number of attempts: more than 1 if others wrote at the same time, or if responses of GitHub were lost.',
    },
  },
});
