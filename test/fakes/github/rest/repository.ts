import { comparisonJson, fileJson } from '../json/git-objects.ts';
import { repositoryJson } from '../json/repository.ts';
import { notFound, Refusal } from '../model.ts';
import { commitAt, pageOf, type RestCall, type RestOperation, type RestResponse, readContents } from './call.ts';

/** The operations on repositories. */
export const repositoryOperations: Readonly<Record<string, RestOperation>> = {
  'repos/get': {
    needs: [['metadata', 'read']],
    handle: ({ repository, urls }) => ({ status: 200, body: repositoryJson(urls, repository, true) }),
  },
  'repos/get-content': {
    needs: readContents,
    handle({ repository, parameters, query, urls }) {
      const ref = query.get('ref') ?? repository.defaultBranch;
      const commit = repository.branch(ref) ?? repository.git.resolve(ref);
      const path = parameters['path'] ?? '';
      const entry = commit === undefined ? undefined : repository.git.entry(commit, path);
      if (entry?.type !== 'blob') throw notFound();
      return { status: 200, body: fileJson(urls, repository, path, entry.oid, ref) };
    },
  },
  'repos/compare-commits-with-basehead': { needs: readContents, handle: compare },
};

function compare(call: RestCall): RestResponse {
  const { repository, parameters, urls } = call;
  const [from, to] = (parameters['basehead'] ?? '').split('...');
  const base = commitAt(repository, from);
  const head = commitAt(repository, to);
  const mergeBase = repository.git.mergeBase(base.oid, head.oid);
  if (mergeBase === undefined) throw new Refusal(404, `No common ancestor between ${from} and ${to}.`);
  const page = pageOf(call, 250);
  const total = repository.git.commitsBetween(base.oid, head.oid).length;
  const body = comparisonJson(urls, repository, base, head, repository.git.commit(mergeBase), page);
  return { status: 200, body, more: page.number * page.size < total };
}
