import { ActionError } from '../core/error.ts';
import type { Env } from '../core/inputs.ts';

/** The proxies of the environment. */
export interface Proxies {
  readonly http: string | undefined;
  readonly https: string | undefined;
  /** NO_PROXY as it stands. */
  readonly noProxy: string | undefined;
}

/**
 * HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in either case (the lower one counts first, as in curl); a proxy without a scheme is `http://`.
 * @throws ActionError `proxy-invalid`.
 */
export function proxiesFrom(env: Env): Proxies {
  return {
    http: proxyUrl('HTTP_PROXY', env),
    https: proxyUrl('HTTPS_PROXY', env),
    noProxy: env['no_proxy'] || env['NO_PROXY'] || undefined,
  };
}

function proxyUrl(variable: string, env: Env): string | undefined {
  const given = (env[variable.toLowerCase()] || env[variable])?.trim();
  if (!given) return undefined;
  const url = /^[\w.-]+:\d+\/?$/.test(given) ? `http://${given}` : given;
  if (/^https?:/i.test(url) && URL.canParse(url)) return url;
  throw new ActionError({
    code: 'proxy-invalid',
    message: `The environment variable ${variable} is not the URL of an HTTP proxy (its value is hidden: it may hold a password).`,
    remedy: 'Write it as `http://host:port`, or leave it out; NO_PROXY names the hosts that are reached without it.',
  });
}
