import { describe, expect, test } from '@jest/globals';
import { bumpedToV2, matchedFields, SHOP } from '../harness.ts';

describe('tekton', () => {
  test('finds steps, sidecars, step templates, bundles, and parameters named after an image, but no other parameters', () => {
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
    const message = `{name: message, default: "${SHOP}:v1"}`;
    const after = pipeline.replaceAll('shop:v1', 'shop:v2').replace(message.replace('v1', 'v2'), message);
    expect(bumpedToV2(pipeline, { kinds: ['tekton'] })).toBe(after);
  });

  test('finds the image of a step action', () => {
    const action = `apiVersion: tekton.dev/v1beta1
kind: StepAction
spec:
  image: ${SHOP}:v1
`;
    expect(matchedFields(action)).toStrictEqual(['tekton spec.image']);
  });
});
