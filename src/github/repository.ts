import { type Kind, Misfit } from '../action/kinds.ts';
import { booleanAt, stringAt } from '../json/json.ts';
import type { GitHub } from './client.ts';

/** `owner/name`. */
export interface RepositoryName {
  readonly owner: string;
  readonly name: string;
}

/** A repository, and what a client needs to know about it. */
export interface Repository extends RepositoryName {
  readonly fullName: string;
  /** Its path in the REST API: `/repos/acme/gitops`. */
  readonly path: string;
  readonly nodeId: string;
  readonly defaultBranch: string;
  /** Its page. */
  readonly url: string;
  readonly archived: boolean;
}

/** An input that takes a repository. */
export const repositoryName: Kind<RepositoryName> = {
  takes: 'a repository as owner/name',
  parse(text) {
    const [, owner, name] = /^([A-Za-z0-9][A-Za-z0-9_-]*)\/([A-Za-z0-9._-]+)$/.exec(text) ?? [];
    if (owner !== undefined && name !== undefined && !name.endsWith('.git')) return { owner, name };
    const short = /([A-Za-z0-9_-]+\/[A-Za-z0-9._-]+?)(?:\.git)?\/?$/.exec(text)?.[1];
    throw new Misfit(
      (/^(https?:|git@|ssh:)/.test(text) || text.endsWith('.git')) && short !== undefined
        ? `Did you mean "${short}"?`
        : '',
    );
  },
};

export async function readRepository(github: GitHub, { owner, name }: RepositoryName): Promise<Repository> {
  const found = await github.get(`/repos/${owner}/${name}`, 'metadata: read');
  const fullName = stringAt(found, 'full_name') ?? `${owner}/${name}`;
  return {
    owner,
    name,
    fullName,
    path: `/repos/${owner}/${name}`,
    nodeId: stringAt(found, 'node_id') ?? '',
    defaultBranch: stringAt(found, 'default_branch') ?? 'main',
    url: stringAt(found, 'html_url') ?? `${github.endpoints.server}/${fullName}`,
    archived: booleanAt(found, 'archived') ?? false,
  };
}
