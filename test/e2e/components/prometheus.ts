import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listAt, numberAt, stringAt } from '../../../src/json/json.ts';
import type { Harness } from './harness.ts';
import { freePort } from './ports.ts';
import { answers } from './probe.ts';
import { startProxy } from './proxy.ts';
import { run } from './run.ts';
import { serve } from './server.ts';

/** A running Prometheus. */
export class Prometheus {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** Runs an instant query and returns the value of each series. */
  async query(expression: string): Promise<number[]> {
    const body = await getJson(`${this.url}/api/v1/query?${new URLSearchParams({ query: expression })}`);
    return listAt(body, 'data', 'result').map((series) => Number(stringAt(series, 'value', 1)));
  }
}

/**
 * Starts a Prometheus that scrapes the running pods of a namespace once a second: pods with the label `app`, at `/metrics` of the
 * first container's first port. The series get the labels `app`, `track` and `pod`.
 */
export async function startPrometheus(harness: Harness, kubeconfig: string, namespace: string): Promise<Prometheus> {
  // Scrapes through the API server, because this machine may not reach the pods of an existing cluster.
  const proxy = await startProxy(harness, kubeconfig);
  const discovery = await startDiscovery(harness, proxy, namespace);
  return start(harness, `prometheus-${namespace}`, harness.scratch('prometheus'), [
    { job_name: 'pods', http_sd_configs: [{ url: discovery, refresh_interval: '1s' }] },
  ]);
}

/** Starts a Prometheus that contains past samples, given as OpenMetrics text, and scrapes nothing. */
export async function startPrometheusOver(harness: Harness, openMetrics: string): Promise<Prometheus> {
  const folder = harness.scratch('prometheus');
  const samples = join(folder, 'samples');
  writeFileSync(samples, openMetrics);
  await run('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', samples, join(folder, 'data')]);
  return start(harness, 'prometheus', folder, []);
}

async function start(harness: Harness, name: string, folder: string, scrapes: readonly object[]): Promise<Prometheus> {
  const port = await freePort();
  const configuration = { global: { scrape_interval: '1s', scrape_timeout: '1s' }, scrape_configs: scrapes };
  writeFileSync(join(folder, 'config.yml'), JSON.stringify(configuration));
  await harness.daemon({
    name,
    program: 'prometheus',
    args: [
      `--config.file=${join(folder, 'config.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      '--storage.tsdb.retention.time=10y',
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    probe: answers(`http://127.0.0.1:${port}/-/ready`),
  });
  return new Prometheus(`http://127.0.0.1:${port}`);
}

/** Serves the list of targets for Prometheus's HTTP service discovery. Debian builds Prometheus without the one for Kubernetes. */
function startDiscovery(harness: Harness, proxy: string, namespace: string): Promise<string> {
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  return serve(harness, 'discovery', (_, response) => {
    getJson(`http://${proxy}${pods}?labelSelector=app&fieldSelector=status.phase%3DRunning`).then(
      (list) => {
        response.setHeader('Content-Type', 'application/json');
        response.end(JSON.stringify(listAt(list, 'items').map((pod) => target(pod, proxy, pods))));
      },
      (error: Error) => response.writeHead(502).end(error.message),
    );
  });
}

function target(pod: unknown, proxy: string, pods: string): object {
  const name = stringAt(pod, 'metadata', 'name') ?? '';
  const port = numberAt(pod, 'spec', 'containers', 0, 'ports', 0, 'containerPort') ?? 80;
  const label = (key: string) => stringAt(pod, 'metadata', 'labels', key) ?? '';
  const path = `${pods}/${name}:${port}/proxy/metrics`;
  return {
    targets: [proxy],
    labels: { __metrics_path__: path, instance: name, pod: name, app: label('app'), track: label('track') },
  };
}

async function getJson(url: string): Promise<unknown> {
  const response = await fetch(url);
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${text}`);
  return JSON.parse(text);
}
