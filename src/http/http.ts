import type { Env } from '../core/inputs.ts';
import { proxiesFrom } from './proxy.ts';
import type { TlsOptions } from './tls.ts';
import type { Transport } from './transport.ts';

/** Opens HTTP transports that share proxy settings and User-Agent, and closes all of them at the end. */
export interface Http {
  /** A transport with TLS settings of its own (a private CA, a client certificate); without any, one shared transport. */
  open(tls?: TlsOptions): Promise<Transport>;
  close(): Promise<void>;
}

/** @param options.env gives HTTPS_PROXY, HTTP_PROXY and NO_PROXY (either case). */
export function createHttp(options: { readonly env: Env; readonly userAgent: string }): Http {
  const { env, userAgent } = options;
  const open = new Set<Transport>();
  let shared: Promise<Transport> | undefined;

  const openNew = async (tls: TlsOptions) => {
    const proxy = proxiesFrom(env);
    // undici is worth a fifth of the start-up of a whole action: it is loaded with the first connection.
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
