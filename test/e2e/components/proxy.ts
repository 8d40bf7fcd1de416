import { cluster } from '../tools/modules.ts';
import { program } from '../tools/toolbox.ts';
import type { Harness } from './harness.ts';
import { freePort } from './ports.ts';
import { answers } from './probe.ts';

/** Serves a cluster's API over plain HTTP, with the rights of a kubeconfig. Returns host and port. */
export async function startProxy(harness: Harness, kubeconfig: string): Promise<string> {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  await harness.daemon({
    name: `kubectl-proxy-${port}`,
    program: program(cluster, 'kubectl'),
    args: ['proxy', `--port=${port}`],
    env: { KUBECONFIG: kubeconfig },
    probe: answers(`http://${address}/readyz`),
  });
  return address;
}
