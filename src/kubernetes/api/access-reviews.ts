import { booleanAt, listAt } from '../../json/json.ts';

/** A permission: a verb on a resource. */
export interface Access {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace: string;
}

/** A rule that applies to the account. Each list may contain `*`. */
export interface AccessRule {
  readonly verbs: readonly string[];
  readonly groups: readonly string[];
  /** Subresources as `pods/log`. */
  readonly resources: readonly string[];
}

/** Reviews of the account's own permissions. */
export interface AccessReviews {
  /** Whether the account has a permission (SelfSubjectAccessReview). */
  allowed(access: Access): Promise<boolean>;
  /** All rules of the account in a namespace (SelfSubjectRulesReview). The list may be incomplete, so a missing rule proves nothing. */
  rules(namespace: string): Promise<readonly AccessRule[]>;
}

const API = 'authorization.k8s.io/v1';

/** @param post sends a body to a path and returns the JSON of the response. */
export function createAccessReviews(post: (path: string, body: unknown) => Promise<unknown>): AccessReviews {
  const review = (kind: string, spec: unknown) =>
    post(`/apis/${API}/${kind.toLowerCase()}s`, { apiVersion: API, kind, spec });
  return {
    async allowed({ verb, group, resource, subresource, namespace }) {
      const attributes = { verb, group, resource, namespace, ...(subresource ? { subresource } : {}) };
      const answer = await review('SelfSubjectAccessReview', { resourceAttributes: attributes });
      return booleanAt(answer, 'status', 'allowed') ?? false;
    },
    async rules(namespace) {
      const answer = await review('SelfSubjectRulesReview', { namespace });
      return listAt(answer, 'status', 'resourceRules')
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
