import { booleanAt, listAt } from '../../json/json.ts';

/** Something that an account may do or not. */
export interface Access {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace: string;
}

/** A rule of the account; each list may hold `*`. */
export interface AccessRule {
  readonly verbs: readonly string[];
  readonly groups: readonly string[];
  /** Subresources as `pods/log`. */
  readonly resources: readonly string[];
}

/** What an account may ask about its own rights. */
export interface AccessReviews {
  /** Whether the account may do something (SelfSubjectAccessReview). */
  allowed(access: Access): Promise<boolean>;
  /** What the account may do in a namespace, in one answer (SelfSubjectRulesReview). Some of it may be held back: what it lacks is no refusal. */
  rules(namespace: string): Promise<readonly AccessRule[]>;
}

const API = 'authorization.k8s.io/v1';

/** @param post sends a body to a path and answers the JSON that came. */
export function createAccessReviews(post: (path: string, body: unknown) => Promise<unknown>): AccessReviews {
  const ask = (kind: string, spec: unknown) =>
    post(`/apis/${API}/${kind.toLowerCase()}s`, { apiVersion: API, kind, spec });
  return {
    async allowed({ verb, group, resource, subresource, namespace }) {
      const attributes = { verb, group, resource, namespace, ...(subresource ? { subresource } : {}) };
      const review = await ask('SelfSubjectAccessReview', { resourceAttributes: attributes });
      return booleanAt(review, 'status', 'allowed') ?? false;
    },
    async rules(namespace) {
      const review = await ask('SelfSubjectRulesReview', { namespace });
      return listAt(review, 'status', 'resourceRules')
        .filter((rule) => listAt(rule, 'resourceNames').length === 0)
        .map((rule) => ({
          verbs: textsAt(rule, 'verbs'),
          groups: textsAt(rule, 'apiGroups'),
          resources: textsAt(rule, 'resources'),
        }));
    },
  };
}

function textsAt(value: unknown, name: string): readonly string[] {
  return listAt(value, name).filter((text) => typeof text === 'string');
}
