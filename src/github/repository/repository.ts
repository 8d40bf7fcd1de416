import { type InputType, InvalidInput } from '../../core/input-types.ts';
import type { GitHub } from '../api/client.ts';
import { requireText } from '../api/response-fields.ts';

/** `owner/name`. */
export interface RepositoryName {
  readonly owner: string;
  readonly name: string;
}

/** A repository on GitHub. */
export interface GitHubRepository extends RepositoryName {
  readonly fullName: string;
  /** Owner and name, as parameters of REST routes. */
  readonly routeParams: { readonly owner: string; readonly repo: string };
  readonly nodeId: string;
  readonly defaultBranch: string;
  /** The web page. */
  readonly url: string;
  readonly archived: boolean;
}

/** An input of the form `owner/name`. */
export const repositoryName: InputType<RepositoryName> = {
  expects: 'a repository as owner/name',
  parse(text) {
    const [, owner, name] = /^([A-Za-z0-9][A-Za-z0-9_-]*)\/([A-Za-z0-9._-]+)$/.exec(text) ?? [];
    if (owner !== undefined && name !== undefined && !name.endsWith('.git')) return { owner, name };
    const short = /(?<![A-Za-z0-9_-])([A-Za-z0-9_-]+\/[A-Za-z0-9._-]+?)(?:\.git)?\/?$/.exec(text)?.[1];
    throw new InvalidInput(
      (/^(https?:|git@|ssh:)/.test(text) || text.endsWith('.git')) && short !== undefined
        ? `Did you mean "${short}"?`
        : '',
    );
  },
};

export async function readRepository(github: GitHub, { owner, name }: RepositoryName): Promise<GitHubRepository> {
  const routeParams = { owner, repo: name };
  const found = await github.get('GET /repos/{owner}/{repo}', routeParams, 'metadata: read');
  const fullName = found.full_name ?? `${owner}/${name}`;
  return {
    owner,
    name,
    fullName,
    routeParams,
    nodeId: requireText(found.node_id, `the id of ${fullName}`),
    defaultBranch: requireText(found.default_branch, `the default branch of ${fullName}`),
    url: found.html_url ?? `${github.endpoints.server}/${fullName}`,
    archived: found.archived ?? false,
  };
}
