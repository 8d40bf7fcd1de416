import type { NetworkError } from '../../http/error.ts';
import { RegistryError } from './error.ts';
import { withoutPort } from './host.ts';

/** The error for a registry that sent no response. */
export function networkError(registry: string, error: NetworkError): RegistryError {
  if (error.isCertificate) return certificateError(registry, error);
  const lacksTls = /EPROTO|ERR_SSL/.test(error.code);
  return new RegistryError({
    code: 'registry-unreachable',
    message: `The registry ${registry} can't be reached (${error.message}).`,
    remedy: lacksTls
      ? 'It does not speak TLS: enable TLS in the registry.'
      : 'Check its name, that it is up, and that the runner can reach it (HTTPS_PROXY, NO_PROXY, firewall); then run again.',
    facts: { registry, lacksTls },
    cause: error,
  });
}

/** The error for a certificate that isn't trusted: that of the registry, or of a host that the registry points to. */
export function certificateError(registry: string, error: NetworkError): RegistryError {
  const { host } = error.url;
  // Docker Hub has several hosts in its domain.
  const isOwn = `.${withoutPort(host)}`.endsWith(`.${withoutPort(registry)}`);
  return new RegistryError({
    code: 'registry-certificate',
    message: `The certificate of ${isOwn ? `the registry ${registry}` : `${host}, to which the registry ${registry} points,`} is not trusted (${error.code}).`,
    remedy: 'Let the runner trust its certificate authority (NODE_EXTRA_CA_CERTS).',
    facts: isOwn ? { registry } : { registry, otherHost: host },
    cause: error,
  });
}
