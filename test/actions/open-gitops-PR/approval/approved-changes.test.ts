import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { requireApprovedChanges } from '../../../../src/actions/open-gitops-PR/approval/require-approved-changes.ts';
import { parseChanges } from '../../../../src/manifest/changes/file-change.ts';
import { expectWithNote, invariant } from '../../../jest-support.ts';
import { type ActionRun, bump, GitOpsHarness, manifest, SHOP } from '../harness.ts';

type Change = Readonly<Record<string, unknown>>;

const [SHOP_CHANGE = {}]: readonly Change[] = JSON.parse(bump('1.4.1', '1.4.2'));
const [CART_CHANGE = {}]: readonly Change[] = JSON.parse(bump('3.0.0', '3.0.1', 'cart'));

let harness: GitOpsHarness;
let head: string;

/** A pull request proposed the change of shop. Nobody has merged it. */
beforeAll(async () => {
  harness = await GitOpsHarness.open();
  head = (await harness.deploy('1.4.1', '1.4.2')).outputs['head-sha'] ?? '';
});
afterAll(() => harness.close());

const deliver = (changes: unknown, approved: unknown, inputs: Readonly<Record<string, string>> = {}) =>
  harness.deploy('', '', {
    changes: JSON.stringify(changes),
    'approved-changes': JSON.stringify(approved),
    'approved-head': head,
    merge: 'direct',
    'dry-run': 'true',
    ...inputs,
  });

function expectRefusal(ran: ActionRun, message: string): void {
  expectWithNote([ran.exitCode, ran.writes], ran.log).toStrictEqual([1, []]);
  expect(ran.log).toContain(message);
  expect(harness.repository.file('main', SHOP)).toBe(manifest('shop', '1.4.1'));
}

interface Difference {
  readonly name: string;
  readonly changes: readonly Change[];
  readonly approved: readonly Change[];
  readonly message: string;
}

/** One field of the change differs from what was approved. */
function altered(name: string, approved: Change, now: Change, message: string): Difference {
  return { name, approved: [{ ...SHOP_CHANGE, ...approved }], changes: [{ ...SHOP_CHANGE, ...now }], message };
}

const PLACE = '"staging/shop.yaml" line 11 ("spec.template.spec.containers[0].image")';

const DIFFERENCES: readonly Difference[] = [
  altered(
    'the case of a tag',
    { new: 'shop:V2' },
    { new: 'shop:v2' },
    `${PLACE}: \`new\` is "shop:v2", but "shop:V2" was approved.`,
  ),
  altered('a trailing space', { new: 'shop:2' }, { new: 'shop:2 ' }, '`new` is "shop:2 ", but "shop:2" was approved.'),
  altered(
    'a no-break space',
    { new: 'shop: 2' },
    { new: 'shop:\u00a02' },
    '`new` is "shop:\\u{a0}2", but "shop: 2" was approved.',
  ),
  altered('a line break', { new: 'shop:2' }, { new: 'shop:2\n' }, '`new` is "shop:2\\n", but "shop:2" was approved.'),
  altered(
    'an invisible character',
    { new: 'shop:2' },
    { new: 'shop:2\u200b' },
    '`new` is "shop:2\\u{200b}", but "shop:2" was approved.',
  ),
  altered(
    'a letter of another alphabet',
    { new: 'shop:a' },
    { new: 'shop:\u0430' },
    '`new` is "shop:\\u{430}", but "shop:a" was approved.',
  ),
  altered('a number as text', { new: '1.10' }, { new: '1.1' }, '`new` is "1.1", but "1.10" was approved.'),
  altered(
    'the image although its tag is the same',
    { new: '2', to: 'acme/shop:2' },
    { new: '2', to: 'Acme/shop:2' },
    '`to` is "Acme/shop:2", but "acme/shop:2" was approved.',
  ),
  altered(
    'the object',
    {},
    { resource: 'Deployment/Shop' },
    '`resource` is "Deployment/Shop", but "Deployment/shop" was approved.',
  ),
  altered(
    'the object, which was not known',
    { resource: undefined },
    {},
    '`resource` is "Deployment/shop", but nothing was approved.',
  ),
  altered('that an alias shares the value', {}, { shared: true }, '`shared` is true, but nothing was approved.'),
  altered(
    'the document',
    { document: 0 },
    { document: 1 },
    `${PLACE} would get "ghcr.io/acme/shop:1.4.2", which nobody has approved; ${PLACE} would not get`,
  ),
  altered('the case of a path', { path: 'spec.image' }, { path: 'spec.Image' }, '("spec.Image") would get'),
  altered(
    'the white space of a path',
    { path: 'spec["a b"]' },
    { path: 'spec["a  b"]' },
    '("spec[\\"a  b\\"]") would get',
  ),
  altered(
    'the Unicode normalization of a path',
    { path: 'spec.caf\u00e9' },
    { path: 'spec.cafe\u0301' },
    '("spec.cafe\\u{301}") would get',
  ),
  altered(
    'the case of a file',
    { file: 'staging/shop.yaml' },
    { file: 'Staging/shop.yaml' },
    '"Staging/shop.yaml" line 11',
  ),
  altered(
    'the Unicode normalization of a file',
    { file: 'caf\u00e9.yaml' },
    { file: 'cafe\u0301.yaml' },
    '"cafe\\u{301}.yaml" line 11',
  ),
  altered(
    'the file',
    { file: 'staging/shop.yaml' },
    { file: 'production/shop.yaml' },
    '"production/shop.yaml" line 11 ("spec.template.spec.containers[0].image") would get "ghcr.io/acme/shop:1.4.2", which nobody has approved; "staging/shop.yaml" line 11',
  ),
  {
    name: 'another change',
    changes: [SHOP_CHANGE, CART_CHANGE],
    approved: [SHOP_CHANGE],
    message:
      '"staging/cart.yaml" line 11 ("spec.template.spec.containers[0].image") would get "ghcr.io/acme/cart:3.0.1", which nobody has approved.',
  },
  {
    name: 'a change less',
    changes: [SHOP_CHANGE],
    approved: [SHOP_CHANGE, CART_CHANGE],
    message:
      '"staging/cart.yaml" line 11 ("spec.template.spec.containers[0].image") would not get the approved "ghcr.io/acme/cart:3.0.1".',
  },
  {
    name: 'the same change twice',
    changes: [SHOP_CHANGE, SHOP_CHANGE],
    approved: [SHOP_CHANGE],
    message: 'which nobody has approved.',
  },
  {
    name: 'any change if nothing was approved',
    changes: [SHOP_CHANGE],
    approved: [],
    message: 'which nobody has approved.',
  },
  {
    name: 'no change at all',
    changes: [],
    approved: [SHOP_CHANGE],
    message: 'would not get the approved "ghcr.io/acme/shop:1.4.2".',
  },
];

describe('approved-changes refuses a change that differs by', () => {
  for (const { name, changes, approved, message } of DIFFERENCES)
    it(name, async () => {
      const ran = await deliver(changes, approved, { 'dry-run': 'false' });
      expectRefusal(ran, message);
      expect(ran.log).toContain('approved-change-differs');
      expect(ran.log).toContain('Nothing was merged');
      expect(ran.log).toContain('Re-run all jobs');
    });
});

describe('approved-changes accepts', () => {
  const reversed = Object.fromEntries(Object.entries(SHOP_CHANGE).reverse());
  for (const [name, changes, approved] of [
    ['the same changes', [SHOP_CHANGE], [SHOP_CHANGE]],
    ['other order of keys', [reversed], [SHOP_CHANGE]],
    ['another line and old value', [SHOP_CHANGE], [{ ...SHOP_CHANGE, line: 3, old: 'x', from: 'x' }]],
    [
      'a path that is written in another way',
      [SHOP_CHANGE],
      [{ ...SHOP_CHANGE, path: '["spec"].template.spec.containers[0].image' }],
    ],
  ] as const)
    it(name, async () => {
      const { exitCode, log } = await deliver(changes, approved);
      expectWithNote(exitCode, log).toBe(0);
    });
});

it('approved-changes may have another order', () => {
  const [first, second] = [bump('1', '2'), bump('1', '2', 'cart')].map(parseChanges);
  invariant(first && second);
  requireApprovedChanges({ changes: [...first, ...second], approvedChanges: [...second, ...first] });
});

describe('approved-changes without approved-head', () => {
  it('merges nothing: no pull request has shown the change', async () => {
    const ran = await deliver([SHOP_CHANGE], [SHOP_CHANGE], { 'approved-head': '', 'dry-run': 'false' });
    expectRefusal(ran, 'main needs the change now, but no pull request proposed it, so nobody has approved it.');
    expect(ran.log).toContain('approval-missing');
  });

  it('does nothing if the base has the change already', async () => {
    const inBase = {
      ...SHOP_CHANGE,
      old: 'ghcr.io/acme/shop:1.4.0',
      new: 'ghcr.io/acme/shop:1.4.1',
      to: 'ghcr.io/acme/shop:1.4.1',
    };
    const { exitCode, log, outputs } = await deliver([inBase], [inBase], { 'approved-head': '' });
    expectWithNote([exitCode, outputs['operation'], outputs['merged']], log).toStrictEqual([0, 'none', 'true']);
  });

  it('commits the approved change straight onto the base, and no other', async () => {
    const commit = { mode: 'commit', merge: 'none', 'approved-head': '', 'dry-run': 'false' };
    expectRefusal(await deliver([SHOP_CHANGE], [CART_CHANGE], commit), 'which nobody has approved');
    const { exitCode, log } = await deliver([CART_CHANGE], [CART_CHANGE], commit);
    expectWithNote(exitCode, log).toBe(0);
    expect(harness.repository.file('main', 'staging/cart.yaml')).toBe(manifest('cart', '3.0.1'));
  });
});

describe('approved-changes needs', () => {
  for (const [name, inputs, message] of [
    [
      'changes',
      { changes: '', mode: 'revert', revert: '1' },
      'Input `approved-changes` is given, but `changes` is not.',
    ],
    ['merge: direct', { merge: 'auto' }, 'Input `approved-changes` is given, but `merge` is auto.'],
    [
      'the commits of others',
      { 'on-foreign-commits': 'replace' },
      'is given, but `on-foreign-commits` is replace, which drops commits.',
    ],
    ['a list', { 'approved-changes': '{}' }, 'Input `approved-changes`'],
  ] as const)
    it(name, async () => {
      const ran = await deliver([SHOP_CHANGE], [SHOP_CHANGE], { 'approved-head': '', ...inputs });
      expect([ran.exitCode, ran.writes]).toStrictEqual([1, []]);
      expect(ran.log).toContain(message);
    });
});
