import type { CreateCommitOnBranchInput, TreeEntry } from '@octokit/graphql-schema';
import type { GitHub } from '../../../src/github/api/client.ts';
import type { SelectedField } from '../../../src/github/api/response-fields.ts';

/** Mistakes that must not compile: `npm run types` fails if one of them does. This function is never called. */
export async function misspelled(github: GitHub, at: { owner: string; repo: string }): Promise<void> {
  const needs = 'contents: read';
  // @ts-expect-error: no such route
  await github.get('GET /repos/{owner}/{repo}/pull', at, needs);
  // @ts-expect-error: a route that writes
  await github.get('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', { ...at, pull_number: 1 }, needs);
  // @ts-expect-error: a name in the query
  await github.get('GET /repos/{owner}/{repo}/pulls', { ...at, hed: 'topic' }, needs);
  // @ts-expect-error: a value in the query
  await github.get('GET /repos/{owner}/{repo}/pulls', { ...at, state: 'opened' }, needs);
  // @ts-expect-error: a name in the body
  await github.send('POST /repos/{owner}/{repo}/pulls', { ...at, head: 'topic', base: 'main', titel: 't' }, needs);
  // @ts-expect-error: a parameter is missing
  await github.get('GET /repos/{owner}/{repo}/git/ref/{ref}', at, needs);
  const found = await github.get('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...at, ref: 'heads/main' }, needs);
  // @ts-expect-error: a name in the response
  found.object?.oid;
  // @ts-expect-error: any field of a response may be missing
  found.object.sha;
  // @ts-expect-error: a name in the input of a mutation
  const input: CreateCommitOnBranchInput = { branch: {}, expectedHead: '', message: { headline: '' } };
  await github.mutate('mutation …', { input }, needs);
  // @ts-expect-error: a field that GraphQL does not have
  await github.query<SelectedField<TreeEntry, 'modus', number>>('query …', {}, needs);
}
