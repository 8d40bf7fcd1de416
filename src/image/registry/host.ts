import { isIPv4 } from 'node:net';

export function mayUsePlainHttp(registry: string, insecure: readonly string[]): boolean {
  return isLoopback(registry) || insecure.includes(registry);
}

/** Whether a host (with or without port) is this machine. */
export function isLoopback(host: string): boolean {
  const name = withoutPort(host);
  return name === 'localhost' || name === '[::1]' || (isIPv4(name) && name.startsWith('127.'));
}

/** Whether the user named a host as insecure, with this port or another one. */
export function isNamed(host: string, insecure: readonly string[]): boolean {
  return insecure.some((name) => withoutPort(name) === withoutPort(host));
}

export function withoutPort(host: string): string {
  return host.replace(/:\d+$/, '');
}
