import { isObject, objectAt, stringAt } from '../../../src/json/json.ts';
import type { Access } from './access.ts';
import { meta, type Obj, type ServedType } from './model.ts';
import { Refusal } from './status.ts';

const API = '/apis/authorization.k8s.io/v1';
export const ACCESS_REVIEWS = `${API}/selfsubjectaccessreviews`;
export const RULES_REVIEWS = `${API}/selfsubjectrulesreviews`;

/** Answers a SelfSubjectAccessReview. */
export function accessReview(access: Access, user: string, body: unknown): Obj {
  const requested = objectAt(body, 'spec', 'resourceAttributes') ?? {};
  const text = (name: string) => stringAt(requested, name) ?? '';
  const attributes = {
    verb: text('verb'),
    group: text('group'),
    resource: text('resource'),
    subresource: text('subresource'),
    namespace: text('namespace'),
    name: text('name'),
  };
  return { ...reviewOf(body), status: { allowed: access.allows(user, attributes) } };
}

/** Answers a SelfSubjectRulesReview. @throws Refusal 400 */
export function rulesReview(access: Access, user: string, body: unknown, types: readonly ServedType[]): Obj {
  const namespace = stringAt(body, 'spec', 'namespace') ?? '';
  if (namespace === '') throw new Refusal(400, 'BadRequest', 'no namespace on request');
  const resourceRules = access.rulesOf(user, namespace, types);
  return { ...reviewOf(body), status: { resourceRules, nonResourceRules: [], incomplete: false } };
}

function reviewOf(body: unknown): Obj {
  const review: Obj = isObject(body) ? { ...body } : {};
  meta(review);
  return review;
}
