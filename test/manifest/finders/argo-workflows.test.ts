import { expect, test } from '@jest/globals';
import { bumpedToV2, matchedFields, SHOP } from '../harness.ts';

test("argo-workflows: finds containers, scripts, container sets and parameters of workflows, but not of Argo's other kinds", () => {
  const workflow = `apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
spec:
  workflowSpec:
    templates:
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
  expect(bumpedToV2(workflow, { kinds: ['argo-workflows'] })).toBe(workflow.replaceAll('shop:v1', 'shop:v2'));
  expect(matchedFields(workflow, { kinds: ['argo-workflows'] }).length).toBe(6);
  const application = workflow.replace('CronWorkflow', 'Application');
  expect(matchedFields(application, { kinds: ['argo-workflows'] })).toStrictEqual([]);
});
