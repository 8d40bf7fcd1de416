import { describe, expect, test } from '@jest/globals';
import { bump, bumped, SHOP } from '../harness.ts';

const object = (apiVersion: string, kind: string, spec: string) =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: shop}\nspec:\n  ${spec}\n`;

/** Bumps a text that must stay as it is, and returns what is said about it. */
function left(text: string, file = 'app.yaml'): string[] {
  for (const pin of ['keep-shape', 'both'] as const) {
    const image = `${SHOP}:1.5.0@sha256:${'1'.repeat(64)}`;
    const result = bump(text, { image, pin, file, create: true });
    expect([result.matched, result.refused, result.edited]).toStrictEqual([[], [], undefined]);
  }
  return bump(text, { image: `${SHOP}:1.5.0`, file }).skipped.map(({ line, reason }) => `${line}: ${reason}`);
}

describe('an object that names an image but deploys none stays as it is, and the reason is given', () => {
  test.each([
    ['image.toolkit.fluxcd.io/v1', 'ImageRepository', `image: ${SHOP}`],
    ['image.toolkit.fluxcd.io/v1beta2', 'ImagePolicy', `image: ${SHOP}:1.0.0`],
    ['argocd-image-updater.argoproj.io/v1alpha1', 'ImageUpdater', `images: [{alias: a, imageName: "${SHOP}:1.x"}]`],
    [
      'kargo.akuity.io/v1alpha1',
      'Warehouse',
      `subscriptions: [{image: {repoURL: ${SHOP}, repository: ${SHOP}, tag: v1}}]`,
    ],
    ['kargo.akuity.io/v1alpha1', 'Stage', `steps: [{uses: kustomize-set-image, config: {images: [{image: ${SHOP}}]}}]`],
    [
      'kyverno.io/v1',
      'ClusterPolicy',
      `rules: [{validate: {pattern: {spec: {containers: [{image: "${SHOP}:1.0.0"}]}}}}]`,
    ],
    ['fleet.cattle.io/v1alpha1', 'ImageScan', `image: ${SHOP}`],
    ['kyverno.io/v1', 'Policy', `rules: [{verifyImages: [{image: "${SHOP}:1.0.0"}]}]`],
    ['policies.kyverno.io/v1alpha1', 'ImageValidatingPolicy', `matchImageReferences: [{image: "${SHOP}:1.0.0"}]`],
    ['admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy', `containers: [{image: "${SHOP}:1.0.0"}]`],
    ['constraints.gatekeeper.sh/v1beta1', 'K8sAllowedRepos', `parameters: {exemptImage: "${SHOP}:1.0.0"}`],
    ['policy.sigstore.dev/v1beta1', 'ClusterImagePolicy', `images: [{image: "${SHOP}:1.0.0"}]`],
    ['config.openshift.io/v1', 'ImageTagMirrorSet', `image: "${SHOP}:1.0.0"`],
    ['aquasecurity.github.io/v1alpha1', 'VulnerabilityReport', `image: {repository: ${SHOP}, tag: 1.0.0}`],
  ])('%s %s', (apiVersion, kind, spec) => {
    expect(left(object(apiVersion, kind, spec)).join()).toMatch(
      new RegExp(`^5: is in an? ${kind}, which (?:says|is a report) .*not what runs$`),
    );
  });

  test.each(['renovate.json', '.renovaterc.json', '.github/renovate.json5', 'apps/.renovaterc', 'dependabot.yml'])(
    'the configuration of a bot: %s',
    (file) => {
      expect(left(`{"image": "${SHOP}:1.0.0"}`, file)).toStrictEqual([
        '1: is in the configuration of a bot, which says where new versions are looked for, not what runs',
      ]);
    },
  );

  test('with its schema, it has any name', () => {
    const text = `{"$schema": "https://docs.renovatebot.com/renovate-schema.json", "image": "${SHOP}:1.0.0"}`;
    expect(left(text, 'default.json').length).toBe(1);
  });
});

describe('what still is bumped there', () => {
  test('objects that a policy writes', () => {
    const text = object(
      'kyverno.io/v1',
      'ClusterPolicy',
      `rules:
    - mutate: {patchStrategicMerge: {spec: {containers: [{name: proxy, image: "${SHOP}:v1"}]}}}
    - validate: {pattern: {spec: {containers: [{image: "${SHOP}:v0"}]}}}`,
    );
    expect(bumped(text, { image: `${SHOP}:v2` })).toBe(text.replace('v1"', 'v2"'));
  });

  test('a place that the user names', () => {
    const text = object('kargo.akuity.io/v1alpha1', 'Stage', `image: ${SHOP}:v1`);
    expect(bumped(text, { image: `${SHOP}:v2`, fields: ['Stage:spec.image'] })).toBe(
      text.replace('shop:v1', 'shop:v2'),
    );
  });

  test('the other documents of the file', () => {
    const text = `${object('image.toolkit.fluxcd.io/v1', 'ImageRepository', `image: ${SHOP}`)}---\nimage: ${SHOP}:v1\n`;
    expect(bumped(text, { image: `${SHOP}:v2` })).toBe(text.replace('shop:v1', 'shop:v2'));
  });

  test('nothing is said about another image with a similar name', () => {
    expect(left(object('image.toolkit.fluxcd.io/v1', 'ImageRepository', `image: ${SHOP}-api`))).toStrictEqual([]);
  });
});
