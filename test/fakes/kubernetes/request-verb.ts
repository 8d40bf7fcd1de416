import { isTrue } from './logs.ts';
import { type Attributes, Refusal } from './status.ts';
import type { Target } from './target.ts';

/** The API verb of a request. @throws Refusal 405 */
export function verbOf(method: string, { type, namespace, name, subresource }: Target, query: URLSearchParams): string {
  const onCollection: Readonly<Record<string, string>> = {
    GET: isTrue(query.get('watch')) ? 'watch' : 'list',
    POST: 'create',
  };
  const onObject: Readonly<Record<string, string>> = {
    GET: isTrue(query.get('watch')) && subresource === '' ? 'watch' : 'get',
    PUT: 'update',
    PATCH: 'patch',
    DELETE: 'delete',
  };
  const verb = (name === '' ? onCollection : onObject)[method];
  const isNowhere = verb === 'create' && type.namespaced && namespace === '';
  if (
    verb === undefined ||
    isNowhere ||
    (subresource === 'log' && verb !== 'get') ||
    (subresource === 'status' && verb === 'delete')
  )
    throw new Refusal(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
  return verb;
}

export function attributesOf(verb: string, { type, namespace, name, subresource }: Target): Attributes {
  return { verb, group: type.group, resource: type.plural, subresource, namespace, name };
}
