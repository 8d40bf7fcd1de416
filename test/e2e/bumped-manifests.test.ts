// Reads what bump-manifest-tag writes with its real consumers: Kustomize, Helm, kubectl and the API server.

import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { expectWithNote } from '../jest-support.ts';
import { runStep } from '../runner/runner.ts';
import { type Cluster, startCluster } from './components/cluster.ts';
import { Harness } from './components/harness.ts';
import { run } from './components/run.ts';
import { newJob } from './components/shop.ts';
import { helm, cluster as toolbox } from './tools/modules.ts';
import { program } from './tools/toolbox.ts';

const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples', 'gitops');
const DIGEST = `sha256:${'4b'.repeat(32)}`;

const harness = new Harness();
let cluster: Cluster;
let namespace: string;
beforeAll(async () => {
  cluster = await startCluster(harness);
  namespace = await cluster.kubectl.createNamespace('bumped');
});
afterAll(() => harness.close());

/** Runs bump-manifest-tag in a new workspace. Returns the workspace. */
async function bump(prepare: (workspace: string) => void, inputs: Readonly<Record<string, string>>): Promise<string> {
  const job = newJob(harness, 'no-token', {});
  prepare(job.workspace);
  const result = await runStep(job, { action: 'bump-manifest-tag', with: inputs });
  expectWithNote(result.exitCode, result.log.join('\n')).toBe(0);
  return job.workspace;
}

/** The images of all containers in a stream of YAML documents. */
function imagesIn(stream: string): string[] {
  const objects = parseAllDocuments(stream).map((document): unknown => document.toJS());
  const images: string[] = [];
  JSON.stringify(objects, (key, value) => {
    if (key === 'image' && typeof value === 'string') images.push(value);
    return value;
  });
  return images;
}

const kustomizeCommands = {
  'kubectl kustomize': (folder: string) => run(program(toolbox, 'kubectl'), ['kustomize', folder]),
  'kustomize build': (folder: string) => run(program(toolbox, 'kustomize'), ['build', folder]),
} as const;

describe('after a bump of all environments in the example repository', () => {
  let workspace = '';
  beforeAll(async () => {
    const examples = (folder: string) => cpSync(EXAMPLES, folder, { recursive: true });
    workspace = await bump(examples, { image: `ghcr.io/acme/shop:1.10@${DIGEST}`, paths: 'apps/shop', pin: 'both' });
  });

  const environments = ['staging', 'production', 'production-canary'];
  const renderings = environments.flatMap((environment) =>
    Object.entries(kustomizeCommands).map(([name, render]) => ({ name, render, environment })),
  );

  test.each(renderings)('$name renders $environment with the new image', async ({ render, environment }) => {
    const rendered = await render(join(workspace, 'apps/shop/overlays', environment));
    const images = imagesIn(rendered);
    expect(images.length).toBeGreaterThan(0);
    expectWithNote(
      images.every((image) => image === `ghcr.io/acme/shop:1.10@${DIGEST}`),
      images.join(),
    ).toBeTruthy();
  });

  test.each(environments)('the API server accepts %s', async (environment) => {
    const overlay = join(workspace, 'apps/shop/overlays', environment);
    const file = join(overlay, 'kustomization.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^namespace: .*$/m, `namespace: ${namespace}`));
    const answer = await cluster.kubectl.run('apply', '--server-side', '--dry-run=server', '-o', 'yaml', '-k', overlay);
    expectWithNote(imagesIn(answer), answer).toContain(`ghcr.io/acme/shop:1.10@${DIGEST}`);
  });
});

describe('a tag that looks like another YAML type', () => {
  const podManifest = (name: string, image: string) => `
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: ${namespace}}
spec: {containers: [{name: a, image: ${image}}]}
`;
  const kustomization = `
resources: [pod.yaml, whole.yaml]
images: [{name: acme/shop, newTag: v1}]
`;
  test.each(['1.10', '1e3', '706798e8', '0x1F', 'on', '20240601', '0o17'])(
    '%s stays a string for Kustomize and the API server',
    async (tag) => {
      const workspace = await bump(
        (folder) => {
          mkdirSync(join(folder, 'app'));
          writeFileSync(join(folder, 'app/pod.yaml'), podManifest('a', 'acme/shop'));
          writeFileSync(join(folder, 'app/whole.yaml'), podManifest('b', 'acme/shop:v1'));
          writeFileSync(join(folder, 'app/kustomization.yaml'), kustomization);
        },
        { image: `acme/shop:${tag}` },
      );
      const folder = join(workspace, 'app');
      expect(imagesIn(await kustomizeCommands['kubectl kustomize'](folder))).toStrictEqual([
        `acme/shop:${tag}`,
        `acme/shop:${tag}`,
      ]);
      const whole = join(folder, 'whole.yaml');
      const path = 'jsonpath={.spec.containers[0].image}';
      const answer = await cluster.kubectl.run('apply', '--server-side', '--dry-run=server', '-o', path, '-f', whole);
      expect(answer).toBe(`acme/shop:${tag}`);
    },
  );
});

describe('the values of a Helm chart', () => {
  const parts =
    '{{ .Values.image.repository }}:{{ .Values.image.tag }}{{ with .Values.image.digest }}@{{ . }}{{ end }}';
  const pod = `apiVersion: v1
kind: Pod
metadata: { name: {{ .Release.Name }} }
spec:
  containers:
    - { name: parts, image: ${JSON.stringify(parts)} }
    - { name: whole, image: {{ .Values.sidecar.image | quote }} }
`;
  const values = `# of the shop
image:
  repository: ghcr.io/acme/shop   # the tag is bumped by CI
  tag: v1
  digest: ""
sidecar: { image: 'ghcr.io/acme/shop:v1' }
`;
  const metadata = `apiVersion: v2
name: shop
version: 1.0.0
`;
  const chart = (folder: string) => {
    mkdirSync(join(folder, 'chart/templates'), { recursive: true });
    writeFileSync(join(folder, 'chart/Chart.yaml'), metadata);
    writeFileSync(join(folder, 'chart/values.yaml'), values);
    writeFileSync(join(folder, 'chart/templates/pod.yaml'), pod);
  };
  const rendered = async (workspace: string) =>
    imagesIn(await run(program(helm, 'helm'), ['template', 'release', join(workspace, 'chart')]));

  test.each(['v2', '1.10', '1e3', '0x1F', 'on', '20240601'])(
    'render the image with the new tag %s after a bump',
    async (tag) => {
      const workspace = await bump(chart, { image: `ghcr.io/acme/shop:${tag}`, expect: '2' });
      expect(await rendered(workspace)).toStrictEqual([`ghcr.io/acme/shop:${tag}`, `ghcr.io/acme/shop:${tag}`]);
    },
  );

  test('render the new registry, tag and digest after a bump that moves the image', async () => {
    const image = `mirror.test/acme/shop:1.10@${DIGEST}`;
    const workspace = await bump(chart, { image: `ghcr.io/acme/shop => ${image}`, pin: 'both' });
    expect(await rendered(workspace)).toStrictEqual([image, image]);
  });
});

test('Kustomize applies an entry that create: true has added', async () => {
  const pod = `
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {containers: [{name: a, image: acme/shop}]}
`;
  const kustomization = `
resources:
  - pod.yaml # the only one
`;
  const workspace = await bump(
    (folder) => {
      writeFileSync(join(folder, 'pod.yaml'), pod);
      writeFileSync(join(folder, 'kustomization.yaml'), kustomization);
    },
    { image: 'acme/shop => ghcr.io/acme/shop:1.10', create: 'true', paths: 'kustomization.yaml' },
  );
  for (const render of Object.values(kustomizeCommands))
    expect(imagesIn(await render(workspace))).toStrictEqual(['ghcr.io/acme/shop:1.10']);
});
