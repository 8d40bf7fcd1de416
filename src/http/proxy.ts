import { ActionError } from '../core/error.ts';
import type { Env } from '../core/inputs.ts';
import { httpUrl } from './url.ts';

/** The proxy settings of the environment. */
export interface Proxies {
  readonly http: string | undefined;
  readonly https: string | undefined;
  /** The value of NO_PROXY. */
  readonly noProxy: string | undefined;
}

/**
 * Reads HTTPS_PROXY, HTTP_PROXY and NO_PROXY. As in curl, lower-case names take precedence, and a proxy without a scheme is `http://`.
 * @throws ActionError `proxy-invalid`.
 */
export function proxiesFrom(env: Env): Proxies {
  return {
    http: proxyUrl('HTTP_PROXY', env),
    https: proxyUrl('HTTPS_PROXY', env),
    noProxy: env['no_proxy'] || env['NO_PROXY'] || undefined,
  };
}

/** Whether a text is the URL of an HTTP proxy. Its user name and password are decoded when it is used, so they must be decodable. */
export function isProxyUrl(text: string): boolean {
  const url = /^https?:\/\//i.test(text) ? httpUrl(text) : undefined;
  try {
    return url !== undefined && decodeURIComponent(url.username + url.password) !== undefined;
  } catch {
    return false;
  }
}

function proxyUrl(variable: string, env: Env): string | undefined {
  const given = (env[variable.toLowerCase()] || env[variable])?.trim();
  if (!given) return undefined;
  const url = /^[\w.-]+:\d+\/?$/.test(given) ? `http://${given}` : given;
  if (isProxyUrl(url)) return url;
  throw new ActionError({
    code: 'proxy-invalid',
    message: `The environment variable ${variable} isn't the URL of an HTTP proxy. Its value is hidden, because it may contain a password.`,
    remedy:
      'Set it to `http://host:port`, or unset it. A password in it must be percent-encoded. NO_PROXY lists the hosts that need no proxy.',
  });
}
