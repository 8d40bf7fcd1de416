import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { stringAt } from '../../../src/json/json.ts';
import { type ActionResult, ClusterHarness } from './harness.ts';
import { deployment, digestOf, REPOSITORY, statefulSet } from './workloads.ts';

/** Targets that nobody names one by one: folders of manifests, kustomizations, several namespaces. */

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

function found({ resources, error }: ActionResult): string[] {
  expect(error).toBe('');
  return resources
    .map((entry) => `${stringAt(entry, 'namespace')}/${stringAt(entry, 'kind')}/${stringAt(entry, 'name')}`)
    .sort();
}

const manifest = (name: string, namespace?: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${name}\n${namespace ? `  namespace: ${namespace}\n` : ''}`;

/** Puts a file below the folder of the job. */
function write(path: string, text: string): string {
  const file = join(harness.folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** A program of this name that prints a text, or fails with it; its arguments are written beside it. */
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
  it('are read to their depths', async () => {
    write('rendered/shop.yaml', `%YAML 1.2\n---\n${manifest('shop')}`);
    write('rendered/deep/er/cart.yml', `${manifest('cart', 'east')}---\n${manifest('cart', 'west')}`);
    write('rendered/notes.txt', 'not a manifest');
    const end = await harness.wait({ manifests: 'rendered' });
    expect(found(end)).toStrictEqual(['default/Deployment/shop', 'east/Deployment/cart', 'west/Deployment/cart']);
  });

  for (const named of ['overlays', 'overlays/staging/kustomization.yaml'])
    it(`are not read raw where a kustomization stands in them, which may change them (${named})`, async () => {
      write('overlays/staging/kustomization.yaml', 'namespace: east\nresources: [shop.yaml]\n');
      write('overlays/staging/shop.yaml', manifest('shop'));
      const { error } = await harness.wait({ manifests: named });
      expect(error).toMatch(
        /^Input `manifests` names "overlays.*", but overlays\/staging is a kustomization: .*\n→ Name the/,
      );
    });

  for (const [what, metadata] of Object.entries({
    'by the cluster': 'generateName: x-',
    'by a template': 'name: {{ .Release.Name }}',
  }))
    it(`leave nothing out that is named ${what}`, async () => {
      write('rendered/shop.yaml', manifest('shop'));
      write('rendered/other.yaml', `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  ${metadata}\n`);
      const { error } = await harness.wait({ manifests: 'rendered' });
      expect(error).toMatch(/^Input `manifests` holds rendered\/other\.yaml, with a Deployment that has no name\./);
    });

  it('with nothing to wait for are no success', async () => {
    write('rendered/settings.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n');
    const { error, outputs } = await harness.wait({ manifests: 'rendered' });
    expect(error).toMatch(/^Input `manifests` is rendered, but every object in it is ready as soon as it exists/);
    expect(outputs['result']).toBe('');
  });
});

describe('wait-for-rollout, a file of manifests', () => {
  it('may be JSON, a list, or a stream with comments, directives and markers in its texts', async () => {
    const list = { kind: 'List', items: [{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'shop' } }] };
    write('list.json', JSON.stringify(list));
    expect(found(await harness.wait({ manifests: 'list.json' }))).toStrictEqual(['default/Deployment/shop']);
    const text =
      '# a release\n--- # first\n' + manifest('cart', 'east') + '  annotations: {note: "--- no marker"}\n---\n---\n';
    write('stream.yaml', `${text}${manifest('cart', 'west')}...\n`);
    expect(found(await harness.wait({ manifests: 'stream.yaml' }))).toStrictEqual([
      'east/Deployment/cart',
      'west/Deployment/cart',
    ]);
  });

  it('that is not YAML is said with the line of the file', async () => {
    write('broken.yaml', `${manifest('shop')}---\nkind: [Deployment\n`);
    const { error } = await harness.wait({ manifests: 'broken.yaml' });
    expect(error).toMatch(
      /^Input `manifests` holds broken\.yaml, which is not YAML: .*at line [67], column \d+.*\n→ Render templates first/,
    );
  });
});

describe('wait-for-rollout, a kustomization', () => {
  for (const file of ['kustomization.yaml', 'kustomization.yml', 'Kustomization'])
    it(`is rendered by kubectl (${file})`, async () => {
      write(`overlays/staging/${file}`, 'resources: [../../base]\n');
      const env = install('kubectl', `${manifest('shop')}---\n${manifest('cart', 'east')}`);
      const end = await harness.wait({ manifests: 'overlays/staging' }, env);
      expect(found(end)).toStrictEqual(['default/Deployment/shop', 'east/Deployment/cart']);
    });

  it('is rendered by kustomize where there is no kubectl', async () => {
    write('overlay/kustomization.yaml', 'resources: [../base]\n');
    const end = await harness.wait({ manifests: 'overlay' }, install('kustomize', manifest('shop')));
    expect(found(end)).toStrictEqual(['default/Deployment/shop']);
  });

  it('that can not be rendered is said, in the words of who tried', async () => {
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

  it('are looked through for a name, a selector and manifests that say none', async () => {
    expect(found(await harness.wait({ resources: 'deployment/cart\ndefault/deploy/shop', namespace }))).toStrictEqual([
      'default/Deployment/shop',
      'east/Deployment/cart',
      'west/Deployment/cart',
    ]);
    expect(found(await harness.wait({ selector: 'app=cart', namespace }))).toStrictEqual([
      'east/Deployment/cart',
      'west/Deployment/cart',
    ]);
    const data = await harness.wait({ selector: 'tier=data', namespace });
    expect(found(data)).toStrictEqual(['west/StatefulSet/db']);
    expect(data.log.join('\n')).toMatch(
      /in namespace east .* has the labels tier=data\. Waiting only in the other namespaces/,
    );
    write('cart.yaml', manifest('cart'));
    expect(found(await harness.wait({ manifests: 'cart.yaml', namespace }))).toStrictEqual([
      'east/Deployment/cart',
      'west/Deployment/cart',
    ]);
  });

  it('are all named where nothing fits the selector, and must be names', async () => {
    const nothing = await harness.wait({ selector: 'app=nobody', namespace });
    expect(nothing.error).toMatch(
      /^No Deployment, .* in namespaces east, west \(context double\) has the labels app=nobody\./,
    );
    const wrong = await harness.wait({ selector: 'app=cart', namespace: 'East' });
    expect(wrong.error).toMatch(
      /^Input `namespace` takes the name of a namespace, .*but got "East"\.\n→ A namespace has lower-case/,
    );
  });

  it('each have their own verdict', async () => {
    harness.apply(deployment({ name: 'cart', namespace: 'west', image: 'nowhere:1' }));
    const end = await harness.wait({ resources: 'deployment/cart', namespace });
    expect(end.error).toMatch(/^deployment\/cart in west can't become ready/);
    expect(end.resources.map((entry) => `${stringAt(entry, 'namespace')} ${stringAt(entry, 'status')}`)).toStrictEqual([
      'east current',
      'west failed',
    ]);
  });
});
