import type { Harness } from './harness.ts';
import { freePorts } from './ports.ts';
import { answers } from './probe.ts';

/** Starts etcd and returns the URL for its clients. */
export async function startEtcd(harness: Harness): Promise<string> {
  const [clients, peers] = (await freePorts(2)).map((port) => `http://127.0.0.1:${port}`);
  if (clients === undefined || peers === undefined) throw new Error('no free ports');
  await harness.daemon({
    name: 'etcd',
    program: 'etcd',
    args: [
      `--data-dir=${harness.scratch('etcd')}`,
      `--listen-client-urls=${clients}`,
      `--advertise-client-urls=${clients}`,
      `--listen-peer-urls=${peers}`,
      `--initial-advertise-peer-urls=${peers}`,
      `--initial-cluster=default=${peers}`,
      '--unsafe-no-fsync',
      '--log-level=warn',
    ],
    probe: answers(`${clients}/health`),
  });
  return clients;
}
