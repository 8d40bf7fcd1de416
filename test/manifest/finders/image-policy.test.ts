import { describe, expect, test } from '@jest/globals';
import { expectWithNote } from '../../jest-support.ts';
import { bumped, bumpedToV2, digest, matchedFields, SHOP } from '../harness.ts';

const D1 = digest('1');
const D2 = digest('2');

describe('image-policy: marked values in one document', () => {
  test('a marked whole reference is found anywhere', () => {
    const text = `apiVersion: v1
kind: ConfigMap
data:
  runner: ${SHOP}:v1 # {"$imagepolicy": "flux-system:shop"}
  other: ${SHOP}:v1
`;
    expect(matchedFields(text)).toStrictEqual(['image-policy data.runner']);
    expect(bumpedToV2(text)).toBe(text.replace('v1 #', 'v2 #'));
  });

  test('name, tag and digest of one mapping form one field; a tag in another mapping is a field of the same image', () => {
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
    expect(matchedFields(text, { image: `${SHOP}:v2@${D2}` })).toStrictEqual([
      'image-policy config.app.version',
      'image-policy config.worker.version',
    ]);
    const after = text.replace('"v1"', '"v2"').replace("'v1'", "'v2'").replace(D1, D2);
    expect(bumped(text, { image: `${SHOP}:v2@${D2}` })).toBe(after);
  });

  test('a tag belongs to the image that the same policy marks as a whole', () => {
    const text = `kind: Pod
spec:
  containers:
    - {name: a, image: "${SHOP}:v1"} # {"$imagepolicy": "flux-system:shop"}
metadata:
  labels:
    version: v1 # {"$imagepolicy": "flux-system:shop:tag"}
`;
    expect(matchedFields(text)).toStrictEqual([
      'kubernetes spec.containers[name=a].image',
      'image-policy metadata.labels.version',
    ]);
    expect(bumpedToV2(text)).toBe(text.replace('shop:v1', 'shop:v2').replace('version: v1', 'version: v2'));
  });

  test('a marker inside a string, without a namespace, or on another line is ignored', () => {
    for (const text of [
      `data: {a: "${SHOP}:v1 # {$imagepolicy: x:y}"}\n`,
      `data:\n  a: ${SHOP}:v1 # {"$imagepolicy": "shop"}\n`,
      `data:
  a: ${SHOP}:v1
  # {"$imagepolicy": "flux-system:shop"}
`,
    ])
      expectWithNote(matchedFields(text), text).toStrictEqual([]);
  });
});

describe('image-policy: the image of a tag from another document', () => {
  const tagAlone = 'kind: HelmRelease\nspec: {values: {version: v1}} # {"$imagepolicy": "flux-system:shop:tag"}\n';

  test('comes from a whole reference with the same policy', () => {
    const text = `${tagAlone}---
kind: X
spec: {runner: "${SHOP}:v1"} # {"$imagepolicy": "flux-system:shop"}
`;
    expect(bumpedToV2(text)).toBe(text.replaceAll('v1', 'v2'));
  });

  test("comes from the ImageRepository of the policy's namespace", () => {
    const objects = (namespace: string) => `apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: {name: images, namespace: ${namespace}}
spec: {image: ${SHOP}}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {name: shop, namespace: ${namespace}}
spec: {imageRepositoryRef: {name: images}}
---
`;
    const text = objects('flux-system') + tagAlone;
    expect(bumpedToV2(text)).toBe(text.replaceAll('v1}', 'v2}'));
    const other = objects('other') + tagAlone;
    expect(bumpedToV2(other)).toBe(other);
  });

  test('is unknown without either, and the tag stays', () => {
    const text = `${tagAlone}---\n# ${SHOP}\n`;
    expect(bumpedToV2(text)).toBe(text);
  });
});
