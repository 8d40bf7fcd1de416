import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { stringAt } from '../../../src/json/json.ts';
import { deployment, digestOf, REPOSITORY, statefulSet } from '../../fakes/kubernetes/workloads.ts';
import type { ActionResult } from './action-result.ts';
import { ClusterHarness } from './harness.ts';

/** Targets from folders of manifests, kustomizations and several namespaces. */

let harness: ClusterHarness;
beforeEach(async () => {
  harness = await ClusterHarness.open();
  harness.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: digestOf('1') };
  harness.apply(
    deployment(),
    deployment({ name: 'cart', namespace: 'east' }),
    deployment({ name: 'cart', namespace: 'west' }),
  );
  harness.apply(statefulSet({ namespace: 'west', labels: { tier: 'data' } }));
  await harness.pass(20_000);
});
afterEach(() => harness.close());

function namesOf({ resources, error }: ActionResult): string[] {
  expect(error).toBe('');
  return resources
    .map((entry) => `${stringAt(entry, 'namespace')}/${stringAt(entry, 'kind')}/${stringAt(entry, 'name')}`)
    .sort();
}

const manifest = (name: string, namespace?: string) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
${namespace ? `  namespace: ${namespace}\n` : ''}`;

/** Writes a file into the folder of the job. */
function write(path: string, text: string): string {
  const file = join(harness.folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** Installs a program that prints a text to stdout, or to stderr if it fails. @returns the environment with its PATH. */
function install(name: string, text: string, code = 0): Readonly<Record<string, string>> {
  const lines = [
    `#!${process.execPath}`,
    `require('node:fs').writeFileSync(__filename + '.args', process.argv.slice(2).join(' '));`,
    `process.${code === 0 ? 'stdout' : 'stderr'}.write(${JSON.stringify(text)});`,
    `process.exitCode = ${code};`,
  ];
  chmodSync(write(`bin/${name}`, lines.join('\n')), 0o755);
  return { PATH: join(harness.folder, 'bin') };
}

describe('wait-for-rollout, folders of manifests', () => {
  it('are read with their subfolders', async () => {
    write('rendered/shop.yaml', `%YAML 1.2\n---\n${manifest('shop')}`);
    write('rendered/deep/er/cart.yml', `${manifest('cart', 'east')}---\n${manifest('cart', 'west')}`);
    write('rendered/notes.txt', 'not a manifest');
    const end = await harness.wait({ manifests: 'rendered' });
    expect(namesOf(end)).toStrictEqual(['default/Deployment/shop', 'east/Deployment/cart', 'west/Deployment/cart']);
  });

  it.each(['overlays', 'overlays/staging/kustomization.yaml'])(
    'are refused if they hold a kustomization that is not named itself (%s)',
    async (named) => {
      write('overlays/staging/kustomization.yaml', 'namespace: east\nresources: [shop.yaml]\n');
      write('overlays/staging/shop.yaml', manifest('shop'));
      const { error } = await harness.wait({ manifests: named });
      expect(error).toMatch(
        /^Input `manifests` names "overlays.*", but overlays\/staging is a kustomization: .*\n→ Name the/,
      );
    },
  );

  it.each(
    Object.entries({
      'from the cluster': 'generateName: x-',
      'from a template': 'name: {{ .Release.Name }}',
    }),
  )('are refused if an object gets its name %s', async (_what, metadata) => {
    write('rendered/shop.yaml', manifest('shop'));
    write(
      'rendered/other.yaml',
      `apiVersion: apps/v1
kind: Deployment
metadata:
  ${metadata}
`,
    );
    const { error } = await harness.wait({ manifests: 'rendered' });
    expect(error).toMatch(/^Input `manifests` holds rendered\/other\.yaml, with a Deployment that has no name\./);
  });

  it('are refused if every object in them is ready once it exists', async () => {
    write(
      'rendered/settings.yaml',
      `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
`,
    );
    const { error, outputs } = await harness.wait({ manifests: 'rendered' });
    expect(error).toMatch(/^Input `manifests` is rendered, but every object in it is ready as soon as it exists/);
    expect(outputs['result']).toBe('');
  });
});

describe('wait-for-rollout, a file of manifests', () => {
  it('may be JSON, a List, or a YAML stream with comments and document markers in texts', async () => {
    const list = { kind: 'List', items: [{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'shop' } }] };
    write('list.json', JSON.stringify(list));
    expect(namesOf(await harness.wait({ manifests: 'list.json' }))).toStrictEqual(['default/Deployment/shop']);
    write(
      'stream.yaml',
      `# a release
--- # first
${manifest('cart', 'east')}  annotations: {note: "--- no marker"}
---
---
${manifest('cart', 'west')}...
`,
    );
    expect(namesOf(await harness.wait({ manifests: 'stream.yaml' }))).toStrictEqual([
      'east/Deployment/cart',
      'west/Deployment/cart',
    ]);
  });

  it('that is not YAML is reported with the line number in the file', async () => {
    write('broken.yaml', `${manifest('shop')}---\nkind: [Deployment\n`);
    const { error } = await harness.wait({ manifests: 'broken.yaml' });
    expect(error).toMatch(
      /^Input `manifests` holds broken\.yaml, which is not YAML: .*at line [67], column \d+.*\n→ Render templates first/,
    );
  });
});

describe('wait-for-rollout, a kustomization', () => {
  it.each(['kustomization.yaml', 'kustomization.yml', 'Kustomization'])('is rendered by kubectl (%s)', async (file) => {
    write(`overlays/staging/${file}`, 'resources: [../../base]\n');
    const env = install('kubectl', `${manifest('shop')}---\n${manifest('cart', 'east')}`);
    const end = await harness.wait({ manifests: 'overlays/staging' }, env);
    expect(namesOf(end)).toStrictEqual(['default/Deployment/shop', 'east/Deployment/cart']);
  });

  it('is rendered by kustomize if kubectl is not installed', async () => {
    write('overlay/kustomization.yaml', 'resources: [../base]\n');
    const end = await harness.wait({ manifests: 'overlay' }, install('kustomize', manifest('shop')));
    expect(namesOf(end)).toStrictEqual(['default/Deployment/shop']);
  });

  it("that can't be rendered is reported with the output of the program", async () => {
    write('overlay/kustomization.yaml', 'resources: [../base]\n');
    const said = 'error: accumulating resources: ../base: no such file';
    const failed = await harness.wait({ manifests: 'overlay' }, install('kubectl', `Warning: old\n${said}\n`, 1));
    expect(failed.error).toBe(
      `The kustomization overlay can't be rendered by kubectl: ${said}.\n→ Run \`kubectl kustomize overlay\` to see its whole output.`,
    );
    const missing = await harness.wait({ manifests: 'overlay' }, { PATH: join(harness.folder, 'nowhere') });
    expect(missing.error).toMatch(
      /^Input `manifests` names overlay, a kustomization, but neither kubectl nor kustomize is installed\.\n→ Set `install-tools: true`, install kubectl in an earlier step, or give the output of `kustomize build` as `manifests`\.$/,
    );
    expect(harness.kubernetes.requests).toStrictEqual([]);
  });
});

describe('wait-for-rollout, several namespaces', () => {
  const namespace = 'east\nwest';

  it('are searched for resources, selectors and manifests that name no namespace', async () => {
    expect(namesOf(await harness.wait({ resources: 'deployment/cart\ndefault/deploy/shop', namespace }))).toStrictEqual(
      ['default/Deployment/shop', 'east/Deployment/cart', 'west/Deployment/cart'],
    );
    expect(namesOf(await harness.wait({ selector: 'app=cart', namespace }))).toStrictEqual([
      'east/Deployment/cart',
      'west/Deployment/cart',
    ]);
    const data = await harness.wait({ selector: 'tier=data', namespace });
    expect(namesOf(data)).toStrictEqual(['west/StatefulSet/db']);
    expect(data.log.join('\n')).toMatch(
      /in namespace east .* has the labels tier=data\. Waiting only in the other namespaces/,
    );
    write('cart.yaml', manifest('cart'));
    expect(namesOf(await harness.wait({ manifests: 'cart.yaml', namespace }))).toStrictEqual([
      'east/Deployment/cart',
      'west/Deployment/cart',
    ]);
  });

  it('are all named if nothing matches the selector, and must be valid names', async () => {
    const nothing = await harness.wait({ selector: 'app=nobody', namespace });
    expect(nothing.error).toMatch(
      /^No Deployment, .* in namespaces east, west \(context double\) has the labels app=nobody\./,
    );
    const wrong = await harness.wait({ selector: 'app=cart', namespace: 'East' });
    expect(wrong.error).toMatch(
      /^Input `namespace` takes the name of a namespace, .*but got "East"\.\n→ A namespace has lower-case/,
    );
  });

  it('reports the same Deployment separately for each namespace', async () => {
    harness.apply(deployment({ name: 'cart', namespace: 'west', image: 'nowhere:1' }));
    const end = await harness.wait({ resources: 'deployment/cart', namespace });
    expect(end.error).toMatch(/^deployment\/cart in west can't become ready/);
    expect(end.resources.map((entry) => `${stringAt(entry, 'namespace')} ${stringAt(entry, 'status')}`)).toStrictEqual([
      'east current',
      'west failed',
    ]);
  });
});
