import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fluxHelm } from '../tools/modules.ts';
import { program, toolboxFolder } from '../tools/toolbox.ts';
import type { Cluster } from './cluster.ts';
import type { Harness } from './harness.ts';
import type { Kubectl } from './kubectl.ts';
import { freePorts } from './ports.ts';
import { answers } from './probe.ts';
import { run } from './run.ts';
import { serve } from './server.ts';

/** The kinds that helm-controller watches, besides its own. */
const kinds = ['helmcharts', 'ocirepositories'].map((plural) => `${plural}.source.toolkit.fluxcd.io`);

/** A running helm-controller. This class does the work of source-controller: it serves charts, and names them in OCIRepositories. */
export class HelmController {
  readonly #kubectl: Kubectl;
  readonly #charts: string;
  readonly #url: string;

  /** @param charts The folder that is served at `url`. */
  constructor(kubectl: Kubectl, charts: string, url: string) {
    this.#kubectl = kubectl;
    this.#charts = charts;
    this.#url = url;
  }

  /** Creates an OCIRepository `name` with a chart that has one template. */
  async createChart(namespace: string, name: string, template: string): Promise<void> {
    const folder = mkdtempSync(join(this.#charts, `${namespace}-`));
    mkdirSync(join(folder, name, 'templates'), { recursive: true });
    writeFileSync(join(folder, name, 'Chart.yaml'), `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`);
    writeFileSync(join(folder, name, 'templates', 'manifest.yaml'), template);
    const file = join(folder, `${name}-1.0.0.tgz`);
    await run('tar', ['-C', folder, '-czf', file, name]);
    const bytes = readFileSync(file);
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    const now = new Date().toISOString().replace(/\.\d+/, '');
    const url = 'oci://registry.example/charts';
    await this.#kubectl.apply({
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'OCIRepository',
      metadata: { name, namespace },
      spec: { interval: '10m', url, ref: { tag: '1.0.0' } },
    });
    const path = `${basename(folder)}/${basename(file)}`;
    const artifact = { digest, path, url: `${this.#url}/${path}`, revision: `1.0.0@${digest}`, lastUpdateTime: now };
    const ready = { type: 'Ready', status: 'True', reason: 'Succeeded', message: 'stored artifact' };
    const status = {
      observedGeneration: 1,
      artifact: { ...artifact, size: bytes.length },
      conditions: [{ ...ready, observedGeneration: 1, lastTransitionTime: now }],
    };
    await this.#kubectl.run(
      ...['patch', `ocirepository/${name}`, '--namespace', namespace],
      ...['--subresource=status', '--type=merge', '--patch', JSON.stringify({ status })],
    );
  }
}

/** Starts a helm-controller for the cluster, which must know the kinds of source-controller (`startFlux`). */
export async function startHelmController(harness: Harness, { kubeconfig, kubectl }: Cluster): Promise<HelmController> {
  await kubectl.run('apply', '--server-side', '--kustomize', join(toolboxFolder(fluxHelm), 'share', 'helm-crds'));
  await Promise.all([...kinds, 'helmreleases.helm.toolkit.fluxcd.io'].map((kind) => kubectl.waitForKind(kind)));
  const charts = harness.scratch('charts');
  const url = await serve(harness, 'charts', ({ url: path = '/' }, response) => {
    const file = join(charts, new URL(path, 'http://localhost').pathname);
    if (existsSync(file)) response.end(readFileSync(file));
    else response.writeHead(404).end();
  });
  const [metrics, health] = await freePorts(2);
  await harness.daemon({
    name: 'helm-controller',
    program: program(fluxHelm, 'helm-controller'),
    args: [`--metrics-addr=127.0.0.1:${metrics}`, `--health-addr=127.0.0.1:${health}`, '--requeue-dependency=2s'],
    env: { KUBECONFIG: kubeconfig, TMPDIR: harness.scratch('helm-controller'), HOME: harness.scratch('helm-home') },
    probe: answers(`http://127.0.0.1:${health}/readyz`),
  });
  return new HelmController(kubectl, charts, url);
}
