import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Asked, bump, bumped, digest } from '../bumping.ts';

const D1 = digest('1');
const D2 = digest('2');
const SHOP = 'ghcr.io/acme/shop';

/** The paths of the fields that a bump of the shop matched. */
const places = (text: string, asked: Partial<Asked> = {}) =>
  bump(text, { image: `${SHOP}:2`, ...asked }).matched.map(({ path }) => path);

describe('kubernetes: containers of pods and pod templates', () => {
  test('all three lists of containers, and images that are mounted', () => {
    const pod = `kind: Pod
spec:
  initContainers: [{name: a, image: ${SHOP}:1}]
  containers: [{name: b, image: ${SHOP}:1}, {name: c, image: nginx}]
  ephemeralContainers: [{name: d, image: ${SHOP}:1}]
  volumes: [{name: e, image: {reference: ${SHOP}:1}}]
`;
    assert.equal(bumped(pod, { image: `${SHOP}:v2` }), pod.replaceAll(`${SHOP}:1`, `${SHOP}:v2`));
    assert.deepEqual(places(pod), [
      'spec.containers[name=b].image',
      'spec.initContainers[name=a].image',
      'spec.ephemeralContainers[name=d].image',
      'spec.volumes[name=e].image.reference',
    ]);
  });

  test('any kind that has a pod template: workloads, CronJob, List, custom resources', () => {
    const template = `{spec: {containers: [{name: a, image: ${SHOP}:1}]}}`;
    assert.deepEqual(places(`kind: Deployment\nspec: {template: ${template}}`), [
      'spec.template.spec.containers[name=a].image',
    ]);
    assert.deepEqual(places(`kind: CronJob\nspec: {jobTemplate: {spec: {template: ${template}}}}`), [
      'spec.jobTemplate.spec.template.spec.containers[name=a].image',
    ]);
    assert.deepEqual(places(`kind: List\nitems:\n- kind: Job\n  spec: {template: ${template}}`), [
      'items[0].spec.template.spec.containers[name=a].image',
    ]);
    assert.deepEqual(
      places(`apiVersion: x.io/v1\nkind: Fleet\nspec: {groups: [{name: g, podTemplate: ${template}}]}`),
      ['spec.groups[name=g].podTemplate.spec.containers[name=a].image'],
    );
  });

  test('what is no container is no field', () => {
    assert.deepEqual(
      places(
        `apiVersion: v1\nkind: ConfigMap\ndata:\n  image: ${SHOP}:1\n  text: |\n    containers: [{image: ${SHOP}:1}]\n`,
      ),
      [],
    );
    assert.deepEqual(
      places(`apiVersion: v1\nkind: Pod\nmetadata: {annotations: {image: ${SHOP}:1}}\n# image: ${SHOP}:1\n`),
      [],
    );
    assert.deepEqual(places(`kind: Pod\nspec: {containers: ${SHOP}:1}`), []);
  });

  test('containers of the same name are told apart by their index', () => {
    assert.deepEqual(
      places(`kind: Pod\nspec: {containers: [{name: a, image: ${SHOP}:1}, {name: a, image: ${SHOP}:1}]}`),
      ['spec.containers[0].image', 'spec.containers[1].image'],
    );
  });
});

describe('kustomize: entries of images', () => {
  const entry = (fields: string) => `kind: Kustomization\nimages:\n  - ${fields}\n`;

  test('by name and by newName; newTag and digest change together', () => {
    const source = entry(`{name: ${SHOP}, newTag: v1, digest: "${D1}"}`);
    assert.equal(bumped(source, { image: `${SHOP}:v2@${D2}` }), source.replace('v1', 'v2').replace(D1, D2));
    assert.deepEqual(places(entry(`{name: shop, newName: ${SHOP}, newTag: v1}`)), ['images[name=shop]']);
    assert.deepEqual(places(entry(`{name: ${SHOP}, newName: mirror.test/shop, newTag: v1}`)), [`images[name=${SHOP}]`]);
    assert.deepEqual(places(entry(`{name: ghcr.io/acme/shopXcart, newTag: v1}`)), []);
  });

  test('a Component, and a kustomization that does not say its kind', () => {
    assert.equal(places(`kind: Component\nimages: [{name: ${SHOP}, newTag: v1}]`).length, 1);
    const bare = `images: [{name: ${SHOP}, newTag: v1}]`;
    for (const file of ['kustomization.yaml', 'a/kustomization.yml', 'a/Kustomization'])
      assert.equal(places(bare, { file }).length, 1, file);
    assert.equal(places(bare, { file: 'other.yaml' }).length, 0);
  });

  test('another repository is written to newName', () => {
    const source = entry(`{name: shop, newName: old.test/shop, newTag: v1}`);
    assert.equal(
      bumped(source, { image: `old.test/shop => ${SHOP}:v2` }),
      entry(`{name: shop, newName: ${SHOP}, newTag: v2}`),
    );
    const refused = bump(entry(`{name: old.test/shop, newTag: v1}`), { image: `old.test/shop => ${SHOP}:v2` }).refused;
    assert.deepEqual(
      refused.map(({ reason, remedy }) => [reason, remedy]),
      [
        [
          'images[name=old.test/shop] has no repository to change',
          `Set \`create: true\` to add the key \`newName\` with ${SHOP}.`,
        ],
      ],
    );
  });

  test('entries as they were called once', () => {
    assert.equal(places(`kind: Kustomization\nimageTags: [{name: ${SHOP}, newTag: v1}]`).length, 1);
  });

  test('values of a chart that Kustomize inflates', () => {
    const source = `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nhelmCharts:\n- name: c\n  valuesInline: {image: {repository: ${SHOP}, tag: v1}}\n`;
    assert.equal(bumped(source, { image: `${SHOP}:v2` }), source.replace('tag: v1', 'tag: v2'));
  });
});

describe('helm-values: images at any depth of what is no Kubernetes object', () => {
  test('in parts, with or without the registry apart', () => {
    const source = `a: {image: {registry: ghcr.io, repository: acme/shop, tag: v1, digest: ""}}
b:
  repository: ${SHOP}
  tag: v1
`;
    assert.equal(bumped(source, { image: `${SHOP}:v2` }), source.replaceAll('v1', 'v2'));
    assert.deepEqual(places(source), ['a.image', 'b']);
  });

  test('in one text, also in a list and with the tag beside it', () => {
    const source = `image: ${SHOP}:v1
jobs: [{initImage: ${SHOP}:v1}]
old: {image: ${SHOP}, imageTag: v1}
older: {image: ${SHOP}, tag: v1}
named: {image: {name: ${SHOP}, tag: v1}}
services: {web: {image: '${SHOP}:v1'}}
`;
    assert.equal(bumped(source, { image: `${SHOP}:v2` }), source.replaceAll('v1', 'v2'));
  });

  test('a digest that the tag carries changes with it', () => {
    const source = `image: {repository: ${SHOP}, tag: "v1@${D1}"}\n`;
    assert.equal(bumped(source, { image: `${SHOP}:v2@${D2}` }), source.replace('v1', 'v2').replace(D1, D2));
  });

  test('a repository that is none of images stays', () => {
    assert.deepEqual(places(`dependencies: [{name: shop, repository: "https://charts.test/shop", version: 1}]`), []);
    assert.deepEqual(places(`source: {repository: ${SHOP}}`), []);
  });

  test('a registry that is written apart moves apart', () => {
    const source = 'image:\n  registry: docker.io\n  repository: library/nginx\n  tag: v1\n';
    assert.equal(
      bumped(source, { image: 'nginx => ghcr.io/mirror/nginx:v2' }),
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
    assert.equal(
      bumped(source, { image: `${SHOP}:v2` }),
      source.replaceAll('v1"', 'v2"').replace('value: v1', 'value: v2'),
    );
  });

  test('valuesObject, several sources, Kustomize images with and without a name', () => {
    const source = application(
      `sources: [{helm: {valuesObject: {image: {repository: ${SHOP}, tag: v1}}}}, {kustomize: {images: ["shop=${SHOP}:v1", "${SHOP}:v1@${D1}", "other:v1"]}}]`,
    );
    assert.equal(
      bumped(source, { image: `${SHOP}:v2@${D2}` }),
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
        assert.equal(bumped(text, { image: `${SHOP}:v2` }), text.replace('"v1"', '"v2"'), header);
        const [change] = bump(text, { image: `${SHOP}:v2` }).matched.flatMap(({ changes }) => changes);
        assert.equal(change?.path, 'spec.source.helm.values|image.tag');
        assert.equal(change?.line, text.split('\n').findIndex((line) => line.includes('"v1"')) + 1);
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
    assert.equal(bumped(source, { image: `${SHOP}:v2` }), source.replace('shop:v1', 'shop:v2'));
  });
});

test('flux: values of a HelmRelease, images of a Kustomization', () => {
  const release = `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec: {values: {image: {repository: ${SHOP}, tag: v1}}}\n`;
  assert.equal(bumped(release, { image: `${SHOP}:v2` }), release.replace('tag: v1', 'tag: v2'));
  const sync = `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec: {images: [{name: ${SHOP}, newTag: v1}]}\n`;
  assert.equal(bumped(sync, { image: `${SHOP}:v2` }), sync.replace('newTag: v1', 'newTag: v2'));
});

test('custom-resource: images in the spec of what is no resource of Kubernetes itself', () => {
  const prometheus = `apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nspec: {image: ${SHOP}:v1}\nstatus: {image: ${SHOP}:v1}\n`;
  assert.equal(bumped(prometheus, { image: `${SHOP}:v2` }), prometheus.replace('v1}', 'v2}'));
  const task = `apiVersion: tekton.dev/v1\nkind: Task\nspec: {steps: [{name: a, image: '${SHOP}:v1'}], sidecars: [{image: ${SHOP}:v1}]}\n`;
  assert.deepEqual(places(task), ['spec.steps[name=a].image', 'spec.sidecars[0].image']);
  const cluster = `apiVersion: x.io/v1\nkind: C\nspec: {imageName: ${SHOP}:v1, proxy: {image: {repository: ${SHOP}, tag: v1}}}\n`;
  assert.deepEqual(places(cluster), ['spec.imageName', 'spec.proxy.image']);
  assert.deepEqual(places(task.replace('tekton.dev/v1', 'batch/v1')), []);
  assert.deepEqual(places(task.replace('tekton.dev/v1', 'x.k8s.io/v1')), []);
});

describe('named: fields that the user names', () => {
  const workflow = `apiVersion: batch/v1\nkind: Workflow\nspec:\n  templates:\n  - {name: a, container: {image: ${SHOP}:v1}}\n  - {name: b, script: {image: "x:1"}}\n`;

  test('a whole reference at a path, in documents of that kind only', () => {
    const fields = ['Workflow:spec.templates[*].*.image'];
    assert.equal(bumped(workflow, { image: `${SHOP}:v2`, fields }), workflow.replace('shop:v1', 'shop:v2'));
    assert.deepEqual(places(workflow), []);
    assert.deepEqual(places(workflow, { fields: ['Cron:spec.templates[*].*.image'] }), []);
    assert.equal(places(workflow, { fields: ['*:**.image'] }).length, 1);
  });

  test('a tag alone, with the image that it is a tag of', () => {
    const source = 'shop:\n  image:\n    tag: "1.4"   # the chart knows the repository\n';
    assert.equal(
      bumped(source, { image: `${SHOP}:1.5`, fields: [`*:shop.image.tag = ${SHOP}`] }),
      source.replace('1.4', '1.5'),
    );
    assert.deepEqual(places(source), []);
  });

  test('a mapping of parts', () => {
    const source = `apiVersion: x/v1\nkind: Thing\nspec: {runner: {repository: ${SHOP}, tag: v1}}\n`;
    assert.equal(
      bumped(source, { image: `${SHOP}:v2`, fields: ['Thing:spec.runner'] }),
      source.replace('tag: v1', 'tag: v2'),
    );
  });

  test('a field that two finders know is changed and counted once', () => {
    const source = `kind: Pod\nspec: {containers: [{name: a, image: ${SHOP}:v1}]}\n`;
    assert.equal(places(source, { fields: ['Pod:spec.containers[*].image', '*:**.image'] }).length, 1);
  });
});

test('kinds narrow what is changed', () => {
  const source = `kind: Kustomization\nimages: [{name: ${SHOP}, newTag: v1}]\n---\nkind: Pod\nspec: {containers: [{name: a, image: ${SHOP}:v1}]}\n`;
  assert.deepEqual(places(source, { kinds: ['kustomize'] }), [`images[name=${SHOP}]`]);
  assert.deepEqual(places(source, { kinds: ['kubernetes', 'argo-cd'] }), ['spec.containers[name=a].image']);
});
