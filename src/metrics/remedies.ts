import type { MetricsFailure } from './error.ts';

/** What helps against a server that can't be reached; the same for every provider. @param address what the user calls the address */
export function unreachableRemedy({ reason }: Extract<MetricsFailure, { reason: string }>, address: string): string {
  switch (reason) {
    case 'connection':
      return `Check ${address}, and that the runner can reach it (network policies, VPN, proxy variables).`;
    case 'certificate':
      return "The runner doesn't trust the server's certificate: set NODE_EXTRA_CA_CERTS to the file of the CA that signed it.";
    case 'server-error':
      return 'The server may be overloaded or restarting: check its log, or run again later.';
  }
}
