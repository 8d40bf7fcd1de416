import { describe, expect, test } from '@jest/globals';
import { expectWithNote } from '../../jest-support.ts';
import { type BumpOptions, bump, bumped, digest } from '../harness.ts';

const D1 = digest('1');
const D2 = digest('2');
const SHOP = 'ghcr.io/acme/shop';

/** The paths of the fields that a bump of the shop matched. */
const places = (text: string, options: Partial<BumpOptions> = {}) =>
  bump(text, { image: `${SHOP}:2`, ...options }).matched.map(({ path }) => path);

describe('kubernetes: containers of pods and pod templates', () => {
  test('all three lists of containers, and images that are mounted', () => {
    const pod = `kind: Pod
spec:
  initContainers: [{name: a, image: ${SHOP}:1}]
  containers: [{name: b, image: ${SHOP}:1}, {name: c, image: nginx}]
  ephemeralContainers: [{name: d, image: ${SHOP}:1}]
  volumes: [{name: e, image: {reference: ${SHOP}:1}}]
`;
    expect(bumped(pod, { image: `${SHOP}:v2` })).toBe(pod.replaceAll(`${SHOP}:1`, `${SHOP}:v2`));
    expect(places(pod)).toStrictEqual([
      'spec.containers[name=b].image',
      'spec.initContainers[name=a].image',
      'spec.ephemeralContainers[name=d].image',
      'spec.volumes[name=e].image.reference',
    ]);
  });

  test('any kind that has a pod template: workloads, CronJob, List, custom resources', () => {
    const template = `{spec: {containers: [{name: a, image: ${SHOP}:1}]}}`;
    expect(places(`kind: Deployment\nspec: {template: ${template}}`)).toStrictEqual([
      'spec.template.spec.containers[name=a].image',
    ]);
    expect(places(`kind: CronJob\nspec: {jobTemplate: {spec: {template: ${template}}}}`)).toStrictEqual([
      'spec.jobTemplate.spec.template.spec.containers[name=a].image',
    ]);
    expect(places(`kind: List\nitems:\n- kind: Job\n  spec: {template: ${template}}`)).toStrictEqual([
      'items[0].spec.template.spec.containers[name=a].image',
    ]);
    expect(
      places(`apiVersion: x.io/v1\nkind: Fleet\nspec: {groups: [{name: g, podTemplate: ${template}}]}`),
    ).toStrictEqual(['spec.groups[name=g].podTemplate.spec.containers[name=a].image']);
  });

  test('what is no container is no field', () => {
    expect(
      places(
        `apiVersion: v1\nkind: ConfigMap\ndata:\n  image: ${SHOP}:1\n  text: |\n    containers: [{image: ${SHOP}:1}]\n`,
      ),
    ).toStrictEqual([]);
    expect(
      places(`apiVersion: v1\nkind: Pod\nmetadata: {annotations: {image: ${SHOP}:1}}\n# image: ${SHOP}:1\n`),
    ).toStrictEqual([]);
    expect(places(`kind: Pod\nspec: {containers: ${SHOP}:1}`)).toStrictEqual([]);
  });

  test('containers of the same name are told apart by their index', () => {
    expect(
      places(`kind: Pod\nspec: {containers: [{name: a, image: ${SHOP}:1}, {name: a, image: ${SHOP}:1}]}`),
    ).toStrictEqual(['spec.containers[0].image', 'spec.containers[1].image']);
  });
});

describe('kustomize: entries of images', () => {
  const entry = (fields: string) => `kind: Kustomization\nimages:\n  - ${fields}\n`;

  test('by name and by newName; newTag and digest change together', () => {
    const source = entry(`{name: ${SHOP}, newTag: v1, digest: "${D1}"}`);
    expect(bumped(source, { image: `${SHOP}:v2@${D2}` })).toBe(source.replace('v1', 'v2').replace(D1, D2));
    expect(places(entry(`{name: shop, newName: ${SHOP}, newTag: v1}`))).toStrictEqual(['images[name=shop]']);
    expect(places(entry(`{name: ${SHOP}, newName: mirror.test/shop, newTag: v1}`))).toStrictEqual([
      `images[name=${SHOP}]`,
    ]);
    expect(places(entry(`{name: ghcr.io/acme/shopXcart, newTag: v1}`))).toStrictEqual([]);
  });

  test('a Component, and a kustomization that does not say its kind', () => {
    expect(places(`kind: Component\nimages: [{name: ${SHOP}, newTag: v1}]`).length).toBe(1);
    const bare = `images: [{name: ${SHOP}, newTag: v1}]`;
    for (const file of ['kustomization.yaml', 'a/kustomization.yml', 'a/Kustomization'])
      expectWithNote(places(bare, { file }).length, file).toBe(1);
    expect(places(bare, { file: 'other.yaml' }).length).toBe(0);
  });

  test('another repository is written to newName', () => {
    const source = entry(`{name: shop, newName: old.test/shop, newTag: v1}`);
    expect(bumped(source, { image: `old.test/shop => ${SHOP}:v2` })).toBe(
      entry(`{name: shop, newName: ${SHOP}, newTag: v2}`),
    );
    const refused = bump(entry(`{name: old.test/shop, newTag: v1}`), { image: `old.test/shop => ${SHOP}:v2` }).refused;
    expect(refused.map(({ reason, obstacle }) => [reason, obstacle])).toStrictEqual([
      [
        'images[name=old.test/shop] has no repository to change',
        { code: 'missing-part', part: 'repository', key: 'newName', repository: SHOP },
      ],
    ]);
  });

  test('entries as they were called once', () => {
    expect(places(`kind: Kustomization\nimageTags: [{name: ${SHOP}, newTag: v1}]`).length).toBe(1);
  });

  test('values of a chart that Kustomize inflates', () => {
    const source = `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nhelmCharts:\n- name: c\n  valuesInline: {image: {repository: ${SHOP}, tag: v1}}\n`;
    expect(bumped(source, { image: `${SHOP}:v2` })).toBe(source.replace('tag: v1', 'tag: v2'));
  });
});

describe('helm-values: images at any depth of what is no Kubernetes object', () => {
  test('in parts, with or without the registry apart', () => {
    const source = `a: {image: {registry: ghcr.io, repository: acme/shop, tag: v1, digest: ""}}
b:
  repository: ${SHOP}
  tag: v1
`;
    expect(bumped(source, { image: `${SHOP}:v2` })).toBe(source.replaceAll('v1', 'v2'));
    expect(places(source)).toStrictEqual(['a.image', 'b']);
  });

  test('in one text, also in a list and with the tag beside it', () => {
    const source = `image: ${SHOP}:v1
jobs: [{initImage: ${SHOP}:v1}]
old: {image: ${SHOP}, imageTag: v1}
older: {image: ${SHOP}, tag: v1}
named: {image: {name: ${SHOP}, tag: v1}}
services: {web: {image: '${SHOP}:v1'}}
`;
    expect(bumped(source, { image: `${SHOP}:v2` })).toBe(source.replaceAll('v1', 'v2'));
  });

  test('a digest that the tag carries changes with it', () => {
    const source = `image: {repository: ${SHOP}, tag: "v1@${D1}"}\n`;
    expect(bumped(source, { image: `${SHOP}:v2@${D2}` })).toBe(source.replace('v1', 'v2').replace(D1, D2));
  });

  test('a repository that is none of images stays', () => {
    expect(places(`dependencies: [{name: shop, repository: "https://charts.test/shop", version: 1}]`)).toStrictEqual(
      [],
    );
    expect(places(`source: {repository: ${SHOP}}`)).toStrictEqual([]);
  });

  test('a registry that is written apart moves apart', () => {
    const source = 'image:\n  registry: docker.io\n  repository: library/nginx\n  tag: v1\n';
    expect(bumped(source, { image: 'nginx => ghcr.io/mirror/nginx:v2' })).toBe(
      'image:\n  registry: ghcr.io\n  repository: mirror/nginx\n  tag: v2\n',
    );
  });
});

describe('argo-cd: sources of Applications', () => {
  const application = (source: string) => `apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  ${source}\n`;

  test('Helm parameters, put together by their prefix', () => {
    const source = application(
      `source: {helm: {parameters: [{name: web.image.repository, value: ${SHOP}}, {name: web.image.tag, value: v1}, {name: job.image, value: "${SHOP}:v1"}]}}`,
    );
    expect(bumped(source, { image: `${SHOP}:v2` })).toBe(
      source.replaceAll('v1"', 'v2"').replace('value: v1', 'value: v2'),
    );
  });

  test('valuesObject, several sources, Kustomize images with and without a name', () => {
    const source = application(
      `sources: [{helm: {valuesObject: {image: {repository: ${SHOP}, tag: v1}}}}, {kustomize: {images: ["shop=${SHOP}:v1", "${SHOP}:v1@${D1}", "other:v1"]}}]`,
    );
    expect(bumped(source, { image: `${SHOP}:v2@${D2}` })).toBe(
      source.replace('tag: v1', 'tag: v2').replaceAll(`${SHOP}:v1`, `${SHOP}:v2`).replace(D1, D2),
    );
  });

  test('the values text in a block scalar, whatever its indentation and line breaks', () => {
    for (const [header, indent] of [
      ['|', '        '],
      ['|-', '       '],
      ['|2+ # c', '      '],
    ] as const) {
      const values = `image:\n  # which release\n  repository: ${SHOP}\n  tag: "v1" # bumped\n\nother: 1\n`;
      const source = application(
        `source:\n    helm:\n      values: ${header}\n${values.replace(/^(?=.)/gm, header.startsWith('|2') ? '        ' : indent)}`,
      );
      for (const text of [source, source.replaceAll('\n', '\r\n')]) {
        expectWithNote(bumped(text, { image: `${SHOP}:v2` }), header).toBe(text.replace('"v1"', '"v2"'));
        const [change] = bump(text, { image: `${SHOP}:v2` }).matched.flatMap(({ changes }) => changes);
        expect(change?.path).toBe('spec.source.helm.values|image.tag');
        expect(change?.line).toBe(text.split('\n').findIndex((line) => line.includes('"v1"')) + 1);
      }
    }
  });

  test('an ApplicationSet, in its template; its expressions stay', () => {
    const source = `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
spec:
  template:
    metadata: {name: '{{env}}-shop'}
    spec: {source: {kustomize: {images: ["${SHOP}:v1"]}}}
`;
    expect(bumped(source, { image: `${SHOP}:v2` })).toBe(source.replace('shop:v1', 'shop:v2'));
  });
});

test('flux: values of a HelmRelease, images of a Kustomization', () => {
  const release = `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec: {values: {image: {repository: ${SHOP}, tag: v1}}}\n`;
  expect(bumped(release, { image: `${SHOP}:v2` })).toBe(release.replace('tag: v1', 'tag: v2'));
  const sync = `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec: {images: [{name: ${SHOP}, newTag: v1}]}\n`;
  expect(bumped(sync, { image: `${SHOP}:v2` })).toBe(sync.replace('newTag: v1', 'newTag: v2'));
});

test('custom-resource: images in the spec of what is no resource of Kubernetes itself', () => {
  const prometheus = `apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nspec: {image: ${SHOP}:v1}\nstatus: {image: ${SHOP}:v1}\n`;
  expect(bumped(prometheus, { image: `${SHOP}:v2` })).toBe(prometheus.replace('v1}', 'v2}'));
  const task = `apiVersion: tekton.dev/v1\nkind: Task\nspec: {steps: [{name: a, image: '${SHOP}:v1'}], sidecars: [{image: ${SHOP}:v1}]}\n`;
  expect(places(task)).toStrictEqual(['spec.steps[name=a].image', 'spec.sidecars[0].image']);
  const cluster = `apiVersion: x.io/v1\nkind: C\nspec: {imageName: ${SHOP}:v1, proxy: {image: {repository: ${SHOP}, tag: v1}}}\n`;
  expect(places(cluster)).toStrictEqual(['spec.imageName', 'spec.proxy.image']);
  expect(places(task.replace('tekton.dev/v1', 'batch/v1'))).toStrictEqual([]);
  expect(places(task.replace('tekton.dev/v1', 'x.k8s.io/v1'))).toStrictEqual([]);
});

describe('named: fields that the user names', () => {
  const workflow = `apiVersion: batch/v1\nkind: Workflow\nspec:\n  templates:\n  - {name: a, container: {image: ${SHOP}:v1}}\n  - {name: b, script: {image: "x:1"}}\n`;

  test('a whole reference at a path, in documents of that kind only', () => {
    const fields = ['Workflow:spec.templates[*].*.image'];
    expect(bumped(workflow, { image: `${SHOP}:v2`, fields })).toBe(workflow.replace('shop:v1', 'shop:v2'));
    expect(places(workflow)).toStrictEqual([]);
    expect(places(workflow, { fields: ['Cron:spec.templates[*].*.image'] })).toStrictEqual([]);
    expect(places(workflow, { fields: ['*:**.image'] }).length).toBe(1);
  });

  test('a tag alone, with the image that it is a tag of', () => {
    const source = 'shop:\n  image:\n    tag: "1.4"   # the chart knows the repository\n';
    expect(bumped(source, { image: `${SHOP}:1.5`, fields: [`*:shop.image.tag = ${SHOP}`] })).toBe(
      source.replace('1.4', '1.5'),
    );
    expect(places(source)).toStrictEqual([]);
  });

  test('a mapping of parts', () => {
    const source = `apiVersion: x/v1\nkind: Thing\nspec: {runner: {repository: ${SHOP}, tag: v1}}\n`;
    expect(bumped(source, { image: `${SHOP}:v2`, fields: ['Thing:spec.runner'] })).toBe(
      source.replace('tag: v1', 'tag: v2'),
    );
  });

  test('a field that two finders know is changed and counted once', () => {
    const source = `kind: Pod\nspec: {containers: [{name: a, image: ${SHOP}:v1}]}\n`;
    expect(places(source, { fields: ['Pod:spec.containers[*].image', '*:**.image'] }).length).toBe(1);
  });
});

test('kinds narrow what is changed', () => {
  const source = `kind: Kustomization\nimages: [{name: ${SHOP}, newTag: v1}]\n---\nkind: Pod\nspec: {containers: [{name: a, image: ${SHOP}:v1}]}\n`;
  expect(places(source, { kinds: ['kustomize'] })).toStrictEqual([`images[name=${SHOP}]`]);
  expect(places(source, { kinds: ['kubernetes', 'argo-cd'] })).toStrictEqual(['spec.containers[name=a].image']);
});
