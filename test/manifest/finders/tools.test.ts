import { describe, expect, test } from '@jest/globals';
import { expectWithNote } from '../../jest-support.ts';
import { type BumpOptions, bump, bumped, digest } from '../harness.ts';

const D1 = digest('1');
const D2 = digest('2');
const SHOP = 'ghcr.io/acme/shop';

const found = (text: string, options: Partial<BumpOptions> = {}) =>
  bump(text, { image: `${SHOP}:v2`, ...options }).matched.map(({ kind, path }) => `${kind} ${path}`);
const toV2 = (text: string, options: Partial<BumpOptions> = {}) => bumped(text, { image: `${SHOP}:v2`, ...options });

describe('$imagepolicy: a policy is the same in every document', () => {
  const tagAlone = 'kind: HelmRelease\nspec: {values: {version: v1}} # {"$imagepolicy": "flux-system:shop:tag"}\n';

  test('a tag alone is that of the image which another document marks', () => {
    const whole = `kind: X\nspec: {runner: "${SHOP}:v1"} # {"$imagepolicy": "flux-system:shop"}\n`;
    const text = `${tagAlone}---\n${whole}`;
    expect(bumped(text, { image: `${SHOP}:v2` })).toBe(text.replaceAll('v1', 'v2'));
  });

  test('or of the ImageRepository of the ImagePolicy, whatever else is marked', () => {
    const objects = (namespace: string) =>
      `apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageRepository\nmetadata: {name: images, namespace: ${namespace}}\nspec: {image: ${SHOP}}\n---\napiVersion: image.toolkit.fluxcd.io/v1\nkind: ImagePolicy\nmetadata: {name: shop, namespace: ${namespace}}\nspec: {imageRepositoryRef: {name: images}}\n---\n`;
    const text = objects('flux-system') + tagAlone;
    expect(bumped(text, { image: `${SHOP}:v2` })).toBe(text.replaceAll('v1}', 'v2}'));
    const other = objects('other') + tagAlone;
    expect(bumped(other, { image: `${SHOP}:v2` })).toBe(other);
  });

  test('one of which nothing tells the image stays', () => {
    const text = `${tagAlone}---\n# ${SHOP}\n`;
    expect(bumped(text, { image: `${SHOP}:v2` })).toBe(text);
  });
});

describe('$imagepolicy: values that Flux’s image automation is told to change', () => {
  test('a whole reference, wherever it stands', () => {
    const text = `apiVersion: v1
kind: ConfigMap
data:
  runner: ${SHOP}:v1 # {"$imagepolicy": "flux-system:shop"}
  other: ${SHOP}:v1
`;
    expect(found(text)).toStrictEqual(['image-policy data.runner']);
    expect(toV2(text)).toBe(text.replace('v1 #', 'v2 #'));
  });

  test('name, tag and digest apart', () => {
    const text = `apiVersion: acme.io/v1
kind: Fleet
config:
  app:
    repo: ${SHOP} # {"$imagepolicy": "flux-system:shop:name"}
    version: "v1" # {"$imagepolicy": "flux-system:shop:tag"}
    sum: ${D1} # {"$imagepolicy": "flux-system:shop:digest"}
  worker:
    version: 'v1' # {"$imagepolicy": "flux-system:shop:tag"}
  cart:
    version: v1 # {"$imagepolicy": "flux-system:cart:tag"}
`;
    expect(found(text, { image: `${SHOP}:v2@${D2}` })).toStrictEqual([
      'image-policy config.app.version',
      'image-policy config.worker.version',
    ]);
    const after = text.replace('"v1"', '"v2"').replace("'v1'", "'v2'").replace(D1, D2);
    expect(bumped(text, { image: `${SHOP}:v2@${D2}` })).toBe(after);
  });

  test('a tag is that of the image that the same policy marks as a whole', () => {
    const text = `kind: Pod
spec:
  containers:
    - {name: a, image: "${SHOP}:v1"} # {"$imagepolicy": "flux-system:shop"}
metadata:
  labels:
    version: v1 # {"$imagepolicy": "flux-system:shop:tag"}
`;
    expect(found(text)).toStrictEqual([
      'kubernetes spec.containers[name=a].image',
      'image-policy metadata.labels.version',
    ]);
    expect(toV2(text)).toBe(text.replace('shop:v1', 'shop:v2').replace('version: v1', 'version: v2'));
  });

  test('no marker, no field: in a text, of another form, on another line', () => {
    for (const text of [
      `data: {a: "${SHOP}:v1 # {$imagepolicy: x:y}"}\n`,
      `data:\n  a: ${SHOP}:v1 # {"$imagepolicy": "shop"}\n`,
      `data:\n  a: ${SHOP}:v1\n  # {"$imagepolicy": "flux-system:shop"}\n`,
    ])
      expectWithNote(found(text), text).toStrictEqual([]);
  });
});

describe('flux: OCIRepository and post-renderers', () => {
  const repository = (ref: string) => `apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata: {name: shop, namespace: flux-system}
spec:
  interval: 5m
  url: oci://${SHOP}
  ref:
    ${ref}
`;

  test('tag and digest of the artifact, and its repository when it moves', () => {
    expect(toV2(repository('tag: v1'))).toBe(repository('tag: v2'));
    expect(bumped(repository(`digest: ${D1}`), { image: `${SHOP}:v2@${D2}` })).toBe(repository(`digest: ${D2}`));
    expect(bumped(repository('tag: v1'), { image: `${SHOP} => ghcr.io/new/shop:v2` })).toBe(
      repository('tag: v2').replace(SHOP, 'ghcr.io/new/shop'),
    );
  });

  test('a semver range goes before a tag: it is left, and that is said', () => {
    const { matched, unchanged } = bump(repository('semver: ">=1.0"\n    tag: v1'), { image: `${SHOP}:v2` });
    expect([matched.length, unchanged.map(({ reason }) => reason)]).toStrictEqual([
      0,
      ['spec follows `ref.semver`, which takes precedence over a tag'],
    ]);
  });

  test('a repository of charts by another scheme is none', () => {
    expect(found(repository('tag: v1').replace('oci://', 'https://'))).toStrictEqual([]);
  });

  test('images of the post-renderers of a HelmRelease', () => {
    const text = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
spec:
  postRenderers:
    - kustomize:
        images: [{name: ${SHOP}, newTag: v1}]
`;
    expect(toV2(text)).toBe(text.replace('v1}', 'v2}'));
  });
});

test('skaffold: artifacts, builders, verify, custom actions, profiles and values of releases', () => {
  const text = `apiVersion: skaffold/v4beta11
kind: Config
build:
  artifacts:
    - image: ${SHOP}:v1
      buildpacks:
        builder: ${SHOP}:v1
        runImage: "${SHOP}:v1"
manifests:
  helm:
    releases:
      - name: shop
        setValues: {image.repository: ${SHOP}, image.tag: v1}
verify:
  - name: smoke
    container: {name: smoke, image: ${SHOP}:v1}
customActions:
  - containers: [{name: x, image: ${SHOP}:v1}]
profiles:
  - name: ci
    build: {artifacts: [{image: ${SHOP}:v1}]}
`;
  expect(toV2(text, { kinds: ['skaffold'] })).toBe(text.replaceAll('shop:v1', 'shop:v2').replace('tag: v1', 'tag: v2'));
  expect(found(text.replace('skaffold/v4beta11', 'v1'), { kinds: ['skaffold'] })).toStrictEqual([]);
});

describe('compose: services', () => {
  const text = `name: shop
services:
  web:
    image: ${SHOP}:v1
    environment: {image: "${SHOP}:v1"}
  db: {image: "postgres:16"}
  job: {build: .}
volumes: {data: {}}
x-common: &c {restart: always}
`;

  test('of what is a Compose file by its content, whatever it is called', () => {
    expect(found(text, { file: 'stack.yaml' })).toStrictEqual(['compose services.web.image']);
    expect(toV2(text)).toBe(text.replace('image: ghcr.io/acme/shop:v1\n', 'image: ghcr.io/acme/shop:v2\n'));
    expect(found(text, { kinds: ['helm-values'] })).toStrictEqual([]);
  });

  test('values that only look alike stay values', () => {
    for (const other of [
      `replicas: 2\nservices: {web: {image: "${SHOP}:v1"}}\n`,
      `services: {web: {tag: v1, image: ${SHOP}}, x: {}}\n`,
    ])
      expectWithNote(found(other).join(), other).toMatch(/^helm-values /);
  });

  test('an image with a variable is a template', () => {
    const { matched, skipped } = bump(text.replace('shop:v1\n', `shop:\${TAG:-v1}\n`), { image: `${SHOP}:v2` });
    expect([matched.length, skipped.length]).toStrictEqual([0, 1]);
  });
});

test('tekton: steps, sidecars, step templates, step actions, embedded tasks, parameters and bundles', () => {
  const pipeline = `apiVersion: tekton.dev/v1
kind: Pipeline
spec:
  params:
    - {name: builder-image, default: "${SHOP}:v1"}
    - {name: message, default: "${SHOP}:v1"}
  tasks:
    - name: a
      taskSpec:
        stepTemplate: {image: ${SHOP}:v1}
        steps: [{name: s, image: ${SHOP}:v1}]
        sidecars: [{name: t, image: ${SHOP}:v1}]
    - name: b
      taskRef:
        resolver: bundles
        params: [{name: bundle, value: ${SHOP}:v1}, {name: kind, value: task}]
`;
  const [head, message, tail] = pipeline.split(/(?<=name: message, default: )("[^"]*")/);
  const after = [head, message, tail].map((part, i) =>
    i === 1 ? part : part?.replaceAll('v1"', 'v2"').replaceAll('shop:v1', 'shop:v2'),
  );
  expect(toV2(pipeline, { kinds: ['tekton'] })).toBe(after.join(''));
  const action = `apiVersion: tekton.dev/v1beta1\nkind: StepAction\nspec:\n  image: ${SHOP}:v1\n`;
  expect(found(action)).toStrictEqual(['tekton spec.image']);
});

test('argo-workflows: containers, scripts, container sets, init containers, parameters; not Argo’s other kinds', () => {
  const template = `templates:
      - name: a
        container: {image: ${SHOP}:v1}
        initContainers: [{name: i, image: ${SHOP}:v1}]
        sidecars: [{name: s, image: ${SHOP}:v1}]
      - name: b
        script: {image: ${SHOP}:v1, source: "image: ${SHOP}:v0"}
      - name: c
        containerSet: {containers: [{name: x, image: ${SHOP}:v1}]}
    arguments: {parameters: [{name: image, value: ${SHOP}:v1}, {name: tag, value: v1}]}
`;
  const workflow = `apiVersion: argoproj.io/v1alpha1\nkind: CronWorkflow\nspec:\n  workflowSpec:\n    ${template}`;
  expect(toV2(workflow, { kinds: ['argo-workflows'] })).toBe(workflow.replaceAll('shop:v1', 'shop:v2'));
  expect(found(workflow, { kinds: ['argo-workflows'] }).length).toBe(6);
  const application = workflow.replace('CronWorkflow', 'Application');
  expect(found(application, { kinds: ['argo-workflows'] })).toStrictEqual([]);
});

test('knative: a Service and its revisions are pods', () => {
  const text = `apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: shop}
spec:
  template:
    spec:
      containers:
        - image: ${SHOP}:v1
          ports: [{containerPort: 8080}]
`;
  expect(found(text)).toStrictEqual(['kubernetes spec.template.spec.containers[0].image']);
});

test('argo-cd: templates and list generators of an ApplicationSet', () => {
  const text = `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
spec:
  goTemplate: true
  generators:
    - matrix:
        generators:
          - list:
              elements:
                - {env: staging, image: "${SHOP}:v1"}
                - env: production
                  shop: {repository: ${SHOP}, tag: v1}
          - clusters: {}
    - list:
        elements: [{env: dev}]
        template: {spec: {source: {kustomize: {images: ["${SHOP}:v1"]}}}}
  template:
    metadata: {name: "{{.env}}-shop"}
    spec:
      sources:
        - helm:
            values: |
              image: {repository: ${SHOP}, tag: v1}
`;
  expect(toV2(text)).toBe(text.replaceAll('shop:v1', 'shop:v2').replaceAll('tag: v1', 'tag: v2'));
  expect(found(text, { kinds: ['argo-cd'] }).length).toBe(4);
});

describe('kustomize: images in inline patches', () => {
  const text = `kind: Kustomization
patches:
  - target: {kind: Deployment}
    patch: |-
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: shop}
      spec:
        template:
          spec:
            containers:
              - name: shop
                image: "${SHOP}:v1" # tried here
  - patch: |
      - op: replace
        path: /spec/template/spec/containers/0/image
        value: ${SHOP}:v1
      - op: replace
        path: /metadata/annotations/shop
        value: ${SHOP}:v1
patchesStrategicMerge:
  - |-
    kind: Pod
    spec: {initContainers: [{name: i, image: ${SHOP}:v1}]}
  - file.yaml
`;

  test('strategic merge patches and JSON patches', () => {
    expect(found(text)).toStrictEqual([
      'kustomize patches[0].patch|spec.template.spec.containers[name=shop].image',
      'kustomize patches[1].patch|[0].value',
      'kustomize patchesStrategicMerge[0]|spec.initContainers[name=i].image',
    ]);
    const last = text.lastIndexOf(`value: ${SHOP}:v1`);
    const changed = (part: string) => part.replaceAll('shop:v1', 'shop:v2');
    const end = text.indexOf('patchesStrategicMerge');
    expect(toV2(text)).toBe(changed(text.slice(0, last)) + text.slice(last, end) + changed(text.slice(end)));
  });

  test('embedded: false leaves the texts of block scalars alone', () => {
    expect(found(text, { embedded: false })).toStrictEqual([]);
    const named = { embedded: false, fields: ['Kustomization:patches[0].patch|**.image'] };
    expect(found(text, named).length).toBe(1);
  });
});
