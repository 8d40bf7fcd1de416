import { normalRepository, type RepositoryReference } from '../../../image/reference.ts';

/** A repository's registry and its path there; Docker Hub may be left out. */
export interface Spelling {
  readonly host: string | undefined;
  readonly path: string;
}

/** All ways to write a repository: those of Docker Hub have several. */
export function spellingsOf(repository: RepositoryReference): readonly Spelling[] {
  const normal = normalRepository(repository);
  const slash = normal.indexOf('/');
  const [host, path] = [normal.slice(0, slash), normal.slice(slash + 1)];
  if (host !== 'docker.io') return [{ host, path }];
  const paths = path.startsWith('library/') ? [path, path.slice('library/'.length)] : [path];
  const hosts = ['docker.io', 'index.docker.io', 'registry-1.docker.io', undefined];
  return hosts.flatMap((each) => paths.map((own) => ({ host: each, path: own })));
}
