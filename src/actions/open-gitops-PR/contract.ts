import { defaulted, defineContract, optional } from '../../core/contract.ts';
import { boolean, choice, duration, lines, list, text, token } from '../../core/input-types.ts';
import { glob } from '../../files/glob.ts';
import { repositoryName } from '../../github/repository.ts';
import { imageReference } from '../../image/reference.ts';
import { manifestChanges } from '../../manifest/changes/file-change.ts';
import { branchName, commitSha, login, namePart, revertTarget } from './kinds.ts';

export const contract = defineContract({
  name: 'open-gitops-PR',
  description:
    'Brings a change into a GitOps repository through GitHub’s API: branch, signed commit, pull request, merge; safe against races, silent when nothing changes.',
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
        'Id (or client id) of a GitHub App that is installed on the GitOps repository: its token is used instead of `token`, and its pull requests start workflows.',
      example: '123456',
    }),
    'private-key': optional(text, {
      description: 'Private key of that App, in PEM form.',
      example: '${{ secrets.APP_PRIVATE_KEY }}',
      secret: true,
    }),
    base: optional(branchName, {
      description: 'The branch that the change goes into; by default the repository’s default branch.',
      example: 'main',
    }),
    changes: optional(manifestChanges, {
      description:
        'The output `changes` of bump-manifest-tag. It is made again in the files as they stand on the base now, so a checkout that is behind does no harm. An empty list changes nothing, and names the merged pull request by which the base came to what it has.',
      example:
        '[{"file":"staging/shop.yaml","document":0,"path":"spec.image","line":4,"old":"shop:1","new":"shop:2","from":"shop:1","to":"shop:2","image":"shop","kind":"kubernetes"}]',
    }),
    image: optional(lines(imageReference), {
      description:
        'The images that the change brings, a line each. With an empty list of `changes`, a merged pull request is named only if it brought one of them; without this input the newest one of the branch is.',
      example: 'ghcr.io/acme/shop:1.4.2',
    }),
    path: optional(text, {
      description:
        'A checkout of the GitOps repository whose changed files are to be brought in, instead of `changes`.',
      example: 'gitops',
    }),
    'add-paths': optional(lines(glob), {
      description:
        'Globs of the files in that checkout that count, relative to it, a line each; `!` in front takes away. Each must match a file. What .gitignore leaves out does not count. Required with `path`.',
      example: 'staging/**/*.yaml',
    }),
    application: optional(namePart, {
      description: 'Name of the application, part of the branch’s name.',
      example: 'shop',
    }),
    environment: optional(namePart, {
      description: 'Name of the environment, part of the branch’s name.',
      example: 'staging',
    }),
    branch: optional(branchName, {
      description:
        'The branch of the pull request; by default `gitops/<environment>/<application>`, so that a newer change updates the open pull request instead of adding one.',
      example: 'gitops/staging/shop',
    }),
    title: optional(text, {
      description: 'Title of the pull request; by default it says what changes from what to what.',
      example: 'Deploy shop 1.4.2 to staging',
    }),
    body: optional(text, {
      description: 'Body of the pull request (Markdown); by default a table of the changes with links.',
      example: 'Rolls out the new cart.',
    }),
    'commit-message': optional(text, {
      description: 'Message of the commit; by default the title and the changed images.',
      example: 'Deploy shop 1.4.2 to staging',
    }),
    labels: optional(list(text), { description: 'Labels that the pull request gets.', example: 'deployment' }),
    assignees: optional(list(login), { description: 'Logins of people who are assigned.', example: 'octocat' }),
    reviewers: optional(list(login), {
      description: 'Logins of people who are asked for a review.',
      example: 'octocat',
    }),
    'team-reviewers': optional(list(namePart), {
      description: 'Slugs of teams that are asked for a review. The token must see the organization’s teams.',
      example: 'platform',
    }),
    draft: defaulted(boolean, 'false', { description: 'Open the pull request as a draft.', example: 'true' }),
    mode: defaulted(choice('pull-request', 'commit', 'revert'), 'pull-request', {
      description:
        '`pull-request`; `commit` (straight onto the base); or `revert` (a pull request that takes back what `revert` names).',
      example: 'revert',
    }),
    revert: optional(revertTarget, {
      description: 'What `mode: revert` takes back: the number of a merged pull request, or the whole SHA of a commit.',
      example: '42',
    }),
    merge: defaulted(choice('none', 'auto', 'direct'), 'none', {
      description:
        '`none`; `auto` (GitHub merges once reviews and checks allow it; where they do already, it is merged at once); or `direct` (merged by this step).',
      example: 'auto',
    }),
    'merge-method': defaulted(choice('squash', 'merge', 'rebase'), 'squash', {
      description: '`squash`, `merge` or `rebase`.',
      example: 'merge',
    }),
    'approved-head': optional(commitSha, {
      description:
        'With `merge: direct`: the head of the branch that a person approved (the output `head-sha` of the step that proposed it). Only that is merged, or what this run itself makes of it for a newer base; any other head stops the action (`head-changed`), and nothing is written.',
      example: '${{ needs.propose.outputs.head-sha }}',
    }),
    wait: defaulted(choice('none', 'merged'), 'none', {
      description: '`merged` waits until the pull request is merged, by whomever, and names the merge commit.',
      example: 'merged',
    }),
    timeout: defaulted(duration, '30m', { description: 'Longest wait for the merge.', example: '2h' }),
    'on-foreign-commits': defaulted(choice('append', 'fail', 'replace'), 'append', {
      description:
        'When the branch holds commits of others: `append` (keep them and commit on top), `fail`, or `replace` (drop them).',
      example: 'fail',
    }),
    'dry-run': defaulted(boolean, 'false', {
      description: 'Say what would be done, and change nothing.',
      example: 'true',
    }),
  },
  outputs: {
    number: { description: 'Number of the pull request; empty where there is none.' },
    url: { description: 'URL of the pull request; in `mode: commit` of the commit.' },
    branch: { description: 'The branch of the pull request; in `mode: commit` the base.' },
    operation: {
      description:
        '`created`, `updated`, `none` (all was there already), `closed` (the base has the change by now), or `committed`.',
    },
    'head-sha': { description: 'The commit at the head of the branch.' },
    merged: { description: '`true` when the change is in the base.' },
    'merge-commit-sha': { description: 'The commit by which the change came into the base.' },
    attempts: {
      description: 'How often it was tried: more than 1 where others wrote at the same time, or answers were lost.',
    },
  },
});
