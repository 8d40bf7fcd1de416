import type { Env } from '../core/inputs.ts';
import { proxiesFrom } from './proxy.ts';
import type { TlsOptions } from './tls.ts';
import type { Transport } from './transport.ts';

/** Opens HTTP transports with the same proxy settings and User-Agent, and closes them at the end. */
export interface Http {
  /** A new transport with its own TLS settings (a private CA, a client certificate); without any, the shared transport. */
  open(tls?: TlsOptions): Promise<Transport>;
  close(): Promise<void>;
}

/** @param options.env contains HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in upper or lower case. */
export function createHttp(options: { readonly env: Env; readonly userAgent: string }): Http {
  const { env, userAgent } = options;
  const open = new Set<Transport>();
  let shared: Promise<Transport> | undefined;

  const openNew = async (tls: TlsOptions) => {
    const proxy = proxiesFrom(env);
    // undici takes a fifth of an action's start-up time, so it is loaded with the first transport.
    const { openTransport } = await import('./transport.ts');
    const transport = openTransport({ tls, proxy, userAgent });
    open.add(transport);
    return transport;
  };
  return {
    open(tls) {
      if (tls !== undefined) return openNew(tls);
      shared ??= openNew({});
      return shared;
    },
    async close() {
      await Promise.all([...open].map((transport) => transport.close()));
    },
  };
}
