import { expect, test } from '@jest/globals';
import { bumped } from '../harness.ts';

test('an image field is found and keeps its style, however YAML writes its key and value', () => {
  for (const [before, after] of [
    [
      `%YAML 1.1
---
image: {repository: acme/shop, tag: 1.10}
on: yes
`,
      `%YAML 1.1
---
image: {repository: acme/shop, tag: "1.11"}
on: yes
`,
    ],
    ['image: {repository: acme/shop, tag: !!str 1.10}\n', 'image: {repository: acme/shop, tag: !!str "1.11"}\n'],
    ['image: !custom &a acme/shop:1 # c\n', 'image: !custom &a acme/shop:1.11 # c\n'],
    ['? image\n: acme/shop:1\n', '? image\n: acme/shop:1.11\n'],
    ['"image" : acme/shop:1\n', '"image" : acme/shop:1.11\n'],
    ['"\\x69mage": "acme/sh\\x6fp:1"\n', '"\\x69mage": "acme/shop:1.11"\n'],
    ['image: "acme/sh\\\n  op:1"\n', 'image: "acme/shop:1.11"\n'],
    ['image: acme/shop:1 \t\n', 'image: acme/shop:1.11 \t\n'],
    [
      `image:
  # c
  acme/shop:1
`,
      `image:
  # c
  acme/shop:1.11
`,
    ],
    ['- image: acme/shop:1\n- [image: acme/shop:1]\n', '- image: acme/shop:1.11\n- [image: acme/shop:1.11]\n'],
    [
      `image: acme/shop:1
---
---
image: acme/shop:2
`,
      `image: acme/shop:1.11
---
---
image: acme/shop:1.11
`,
    ],
    [
      `---
{"image": "acme/shop:1"}
--- {"image": "acme/shop:1"}
`,
      `---
{"image": "acme/shop:1.11"}
--- {"image": "acme/shop:1.11"}
`,
    ],
  ] as const)
    expect(bumped(before, { image: 'acme/shop:1.11' })).toBe(after);
});
