import { describe, expect, test } from '@jest/globals';
import { bumped, bumpedToV2, matchedFields, SHOP } from '../harness.ts';

describe('fields that the user names', () => {
  const workflow = `apiVersion: batch/v1
kind: Workflow
spec:
  templates:
  - {name: a, container: {image: ${SHOP}:v1}}
  - {name: b, script: {image: "x:1"}}
`;

  test('a whole reference at a path is found, only in documents of the given kind', () => {
    const fields = ['Workflow:spec.templates[*].*.image'];
    expect(bumpedToV2(workflow, { fields })).toBe(workflow.replace('shop:v1', 'shop:v2'));
    expect(matchedFields(workflow)).toStrictEqual([]);
    expect(matchedFields(workflow, { fields: ['Cron:spec.templates[*].*.image'] })).toStrictEqual([]);
    expect(matchedFields(workflow, { fields: ['*:**.image'] }).length).toBe(1);
  });

  test('a tag without a repository is found if the field gives its image', () => {
    const source = `shop:
  image:
    tag: "1.4"   # the chart knows the repository
`;
    expect(bumped(source, { image: `${SHOP}:1.5`, fields: [`*:shop.image.tag = ${SHOP}`] })).toBe(
      source.replace('1.4', '1.5'),
    );
    expect(matchedFields(source)).toStrictEqual([]);
  });

  test('a mapping with repository and tag is found', () => {
    const source = `apiVersion: x/v1
kind: Thing
spec: {runner: {repository: ${SHOP}, tag: v1}}
`;
    expect(bumpedToV2(source, { fields: ['Thing:spec.runner'] })).toBe(source.replace('tag: v1', 'tag: v2'));
  });

  test('a field that two finders find counts once', () => {
    const source = `kind: Pod\nspec: {containers: [{name: a, image: ${SHOP}:v1}]}\n`;
    expect(matchedFields(source, { fields: ['Pod:spec.containers[*].image', '*:**.image'] }).length).toBe(1);
  });
});
