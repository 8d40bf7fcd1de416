import { type InputType, InvalidInput } from '../core/input-types.ts';

/** One request header, as `Name: value`. */
export const requestHeader: InputType<readonly [name: string, value: string]> = {
  expects: 'headers such as X-Scope-OrgID: team-a',
  parse(value) {
    const match = /^([!#$%&'*+.^_`|~\w-]+)\s*:\s*([\t\x20-\x7e]*)$/.exec(value);
    const [, name, content] = match ?? [];
    if (name === undefined || content === undefined)
      throw new InvalidInput(value.includes(':') ? '' : 'Put a colon between the name and the value.');
    return [name, content.trim()];
  },
};

/** Headers that choose a tenant, a format or a route. The value of every other header may be a credential. */
const PUBLIC =
  /^(?:x-scope-orgid|thanos-tenant|x-tenant(?:-id)?|x-prometheus-[\w-]*timeout[\w-]*|x-thanos-[\w-]+|x-grafana-org-id|accept(?:-\w+)?|content-type|user-agent|host|cache-control|pragma|prefer|referer|origin|traceparent|tracestate|x-request-id|x-correlation-id|x-forwarded-\w+)$/i;

/** The secrets in lines of headers: of each header that isn't known to be public its value, and the value without its scheme (`Bearer`). */
export function secretsInHeaders(headers: string): readonly string[] {
  return headers.split(/\r?\n/).flatMap((line) => {
    const [, name, value = ''] = /^([^:]*):(.*)$/.exec(line) ?? [];
    // Without a name it can be a credential alone.
    if (name === undefined) return [line.trim()];
    const content = value.trim();
    return PUBLIC.test(name.trim()) ? [] : [content, content.replace(/^\S+\s+/, '')];
  });
}
