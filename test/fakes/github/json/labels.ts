import type { HostedRepository } from '../hosted-repository.ts';
import type { Label } from '../model.ts';
import { type ApiUrls, repositoryApiUrl } from './urls.ts';

export function labelJson(urls: ApiUrls, repository: HostedRepository, label: Label): object {
  return {
    id: label.id,
    node_id: `LA_${label.id}`,
    url: `${repositoryApiUrl(urls, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    description: '',
    color: 'ededed',
    default: false,
  };
}
