import type { ServedType } from './model.ts';

/** An error response of the API server: an HTTP status and a `Status` object. */
export class Refusal extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: number, reason: string, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  toStatus() {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      reason: this.reason,
      ...(Object.keys(this.details).length > 0 ? { details: this.details } : {}),
      code: this.code,
    };
  }
}

export function notFound(type: ServedType, name: string): Refusal {
  const { group, plural } = type;
  return new Refusal(404, 'NotFound', `${qualified(type, plural)} "${name}" not found`, {
    name,
    ...(group ? { group } : {}),
    kind: plural,
  });
}

/** A collection with its group: `deployments.apps`. */
export function qualified({ group }: Pick<ServedType, 'group'>, word: string): string {
  return group === '' ? word : `${word}.${group}`;
}

/** A validation error. @param what `Required value` or `Invalid value: …` */
export function invalid(type: ServedType, name: string, field: string, what: string): Refusal {
  const reason = what.startsWith('Required') ? 'FieldValueRequired' : 'FieldValueInvalid';
  return new Refusal(422, 'Invalid', `${qualified(type, type.kind)} "${name}" is invalid: ${field}: ${what}`, {
    name,
    ...(type.group ? { group: type.group } : {}),
    kind: type.kind,
    causes: [{ reason, message: what, field }],
  });
}

export function pathNotFound(): Refusal {
  return new Refusal(404, 'NotFound', 'the server could not find the requested resource');
}

export function unauthorized(): Refusal {
  return new Refusal(401, 'Unauthorized', 'Unauthorized');
}

export function expired(asked: number, oldest: number): Refusal {
  return new Refusal(410, 'Expired', `too old resource version: ${asked} (${oldest})`);
}

export function forbidden(user: string, attributes: Attributes): Refusal {
  const { verb, group, resource, subresource, namespace, name } = attributes;
  const what = subresource ? `${resource}/${subresource}` : resource;
  const where = namespace ? ` in the namespace "${namespace}"` : ' at the cluster scope';
  const qualified = group ? `${resource}.${group}` : resource;
  const object = name ? ` "${name}"` : '';
  return new Refusal(
    403,
    'Forbidden',
    `${qualified}${object} is forbidden: User "${user}" cannot ${verb} resource "${what}" in API group "${group}"${where}`,
    { ...(name ? { name } : {}), ...(group ? { group } : {}), kind: resource },
  );
}

/** The attributes of a request that authorization checks. */
export interface Attributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}
