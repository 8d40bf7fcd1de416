import { describe, expect, test } from '@jest/globals';
import { kustomized } from './bump-tree.ts';

describe('create: the entry of an image that no field names', () => {
  test('is added at the end of the list, in the style of its neighbors', async () => {
    for (const [before, after] of [
      [
        `images:
- name: acme/cart # c
  newTag: v1 # d
# end
resources: [a]
`,
        `images:
- name: acme/cart # c
  newTag: v1 # d
- name: acme/shop
  newTag: v2
# end
resources: [a]
`,
      ],
      [
        `images:
    -   name: acme/cart
        newTag: 'v1'

x: y`,
        `images:
    -   name: acme/cart
        newTag: 'v1'
    -   name: acme/shop
        newTag: 'v2'

x: y`,
      ],
      [
        'images:\n  - { name: acme/cart, newTag: "v1" }\n',
        `images:
  - { name: acme/cart, newTag: "v1" }
  - { name: acme/shop, newTag: "v2" }
`,
      ],
      [
        'images: [{name: acme/cart, newTag: v1}]\n',
        'images: [{name: acme/cart, newTag: v1}, {name: acme/shop, newTag: v2}]\n',
      ],
      ['images: [] # none\n', 'images: [{name: acme/shop, newTag: v2}] # none\n'],
      [
        `images:
resources:
  - a
`,
        `images:
  - name: acme/shop
    newTag: v2
resources:
  - a
`,
      ],
      [
        'images:\n- name: acme/cart',
        `images:
- name: acme/cart
- name: acme/shop
  newTag: v2`,
      ],
    ] as const)
      expect(await kustomized(before)).toBe(after);
  });

  test('is added to a new list at the end, indented like the other lists', async () => {
    for (const [before, after] of [
      [
        'resources:\n- a # b\n',
        `resources:
- a # b
images:
- name: acme/shop
  newTag: v2
`,
      ],
      [
        `resources:
  - a
# end
`,
        `resources:
  - a
# end
images:
  - name: acme/shop
    newTag: v2
`,
      ],
      [
        'namespace: x',
        `namespace: x
images:
- name: acme/shop
  newTag: v2`,
      ],
      ['namespace: x\r\n', 'namespace: x\r\nimages:\r\n- name: acme/shop\r\n  newTag: v2\r\n'],
      [
        `namespace: x
...
# end
`,
        `namespace: x
images:
- name: acme/shop
  newTag: v2
...
# end
`,
      ],
      ['{namespace: x}\n', '{namespace: x, images: [{name: acme/shop, newTag: v2}]}\n'],
      [
        `{
  "namespace": "x"
}
`,
        `{
  "namespace": "x",
  "images": [{"name": "acme/shop", "newTag": "v2"}]
}
`,
      ],
    ] as const)
      expect(await kustomized(before)).toBe(after);
  });
});
