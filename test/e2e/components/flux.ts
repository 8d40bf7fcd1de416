import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { flux } from '../tools/modules.ts';
import { program, toolboxFolder } from '../tools/toolbox.ts';
import type { Cluster } from './cluster.ts';
import type { Harness } from './harness.ts';
import type { Kubectl } from './kubectl.ts';
import { freePorts } from './ports.ts';
import { answers } from './probe.ts';
import { run } from './run.ts';
import { serve } from './server.ts';

/** Name of every source and Kustomization. A namespace has one of each. */
const NAME = 'app';

/** The kinds that kustomize-controller watches. */
const kinds = [
  'kustomizations.kustomize.toolkit.fluxcd.io',
  ...['gitrepositories', 'ocirepositories', 'buckets'].map((plural) => `${plural}.source.toolkit.fluxcd.io`),
];

/**
 * A running kustomize-controller. This class does the work of source-controller: it writes the fetched commit into a GitRepository's
 * status and serves the commit's files as a tarball.
 */
export class Flux {
  readonly #kubectl: Kubectl;
  readonly #artifacts: string;
  readonly #url: string;

  /** @param artifacts The folder that is served at `url`. */
  constructor(kubectl: Kubectl, artifacts: string, url: string) {
    this.#kubectl = kubectl;
    this.#artifacts = artifacts;
    this.#url = url;
  }

  /** Creates a Kustomization that applies the folder `app` to the namespace after the first fetch. `spec` adds to its spec. */
  createKustomization(namespace: string, spec: object = {}): Promise<void> {
    const metadata = { name: NAME, namespace };
    const interval = '10m';
    return this.#kubectl.apply(
      {
        apiVersion: 'source.toolkit.fluxcd.io/v1',
        kind: 'GitRepository',
        metadata,
        spec: { interval, url: 'https://github.com/acme/gitops', ref: { branch: 'main' } },
      },
      {
        apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
        kind: 'Kustomization',
        metadata,
        spec: {
          interval,
          path: './app',
          prune: true,
          wait: true,
          targetNamespace: namespace,
          sourceRef: { kind: 'GitRepository', name: NAME },
          ...spec,
        },
      },
    );
  }

  /** Fetches a commit from a bare repository, as source-controller does at its interval. */
  async fetch(namespace: string, repository: string, commit: string): Promise<void> {
    const path = join(mkdtempSync(join(this.#artifacts, `${namespace}-`)), `${commit}.tar.gz`);
    await run('git', ['-C', repository, 'archive', '--format=tar.gz', `--output=${path}`, commit]);
    const bytes = readFileSync(path);
    const now = new Date().toISOString().replace(/\.\d+/, '');
    const revision = `main@sha1:${commit}`;
    const condition = { status: 'True', reason: 'Succeeded', observedGeneration: 1, lastTransitionTime: now };
    const status = {
      observedGeneration: 1,
      artifact: {
        digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
        lastUpdateTime: now,
        path: path.slice(this.#artifacts.length + 1),
        revision,
        size: bytes.length,
        url: this.#url + path.slice(this.#artifacts.length),
      },
      conditions: ['Ready', 'ArtifactInStorage'].map((type) => ({
        ...condition,
        type,
        message: `stored artifact for revision '${revision}'`,
      })),
    };
    await this.#patchSource(namespace, status);
  }

  /** Fails to fetch, as source-controller does if it may not read the repository. */
  async failFetch(namespace: string, message: string): Promise<void> {
    const now = new Date().toISOString().replace(/\.\d+/, '');
    const condition = { reason: 'GitOperationFailed', message, observedGeneration: 1, lastTransitionTime: now };
    const conditions = [
      { ...condition, type: 'FetchFailed', status: 'True' },
      { ...condition, type: 'Ready', status: 'False' },
    ];
    await this.#patchSource(namespace, { observedGeneration: 1, conditions });
  }

  async #patchSource(namespace: string, status: object): Promise<void> {
    await this.#kubectl.run(
      ...['patch', `gitrepository/${NAME}`, '--namespace', namespace],
      ...['--subresource=status', '--type=merge', '--patch', JSON.stringify({ status })],
    );
  }
}

/** Starts a kustomize-controller for the cluster. No other Flux may run in the cluster. */
export async function startFlux(harness: Harness, { kubeconfig, kubectl }: Cluster): Promise<Flux> {
  for (const part of ['source-crds', 'kustomize-crds']) {
    await kubectl.run('apply', '--server-side', '--kustomize', join(toolboxFolder(flux), 'share', part));
  }
  await Promise.all(kinds.map((kind) => kubectl.waitForKind(kind)));
  const artifacts = harness.scratch('artifacts');
  const url = await serve(harness, 'artifacts', ({ url: path = '/' }, response) => {
    const file = join(artifacts, new URL(path, 'http://localhost').pathname);
    if (existsSync(file)) response.end(readFileSync(file));
    else response.writeHead(404).end();
  });
  const [metrics, health] = await freePorts(2);
  await harness.daemon({
    name: 'kustomize-controller',
    program: program(flux, 'kustomize-controller'),
    args: [
      `--metrics-addr=127.0.0.1:${metrics}`,
      `--health-addr=127.0.0.1:${health}`,
      // How often it checks for a source that doesn't exist yet.
      '--requeue-dependency=2s',
    ],
    env: { KUBECONFIG: kubeconfig, TMPDIR: harness.scratch('kustomize-controller') },
    probe: answers(`http://127.0.0.1:${health}/readyz`),
  });
  return new Flux(kubectl, artifacts, url);
}
