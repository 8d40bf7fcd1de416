import { afterEach, describe, expect, it } from '@jest/globals';
import type { Policies } from '../../../fakes/github/model.ts';
import { expectWithNote } from '../../../jest-support.ts';
import { bump, CART, GitOpsHarness, manifest, SHOP } from '../harness.ts';

let harness: GitOpsHarness;
const open = async (policies: Partial<Policies> = {}) => {
  harness = await GitOpsHarness.open(policies);
};
afterEach(() => harness.close());

const mainFile = (path: string) => harness.repository.file('main', path);

describe('two deliveries at the same time', () => {
  it('are both merged', async () => {
    await open();
    const cart = { changes: bump('3.0.0', '3.1.0', 'cart'), application: 'cart', environment: 'staging' };
    const [shop, other] = await Promise.all([
      harness.deploy('1.4.1', '1.4.2', { merge: 'direct', wait: 'merged' }),
      harness.run({ ...cart, merge: 'direct', wait: 'merged' }),
    ]);
    expectWithNote([shop.exitCode, other.exitCode], `${shop.log}\n${other.log}`).toStrictEqual([0, 0]);
    expect(mainFile(SHOP)).toBe(manifest('shop', '1.4.2'));
    expect(mainFile(CART)).toBe(manifest('cart', '3.1.0'));
  });

  it('are both committed straight onto the base', async () => {
    await open();
    const cart = { changes: bump('3.0.0', '3.1.0', 'cart'), application: 'cart', mode: 'commit' };
    const runs = await Promise.all([
      harness.deploy('1.4.1', '1.4.2', { mode: 'commit' }),
      harness.run(cart),
      harness.run(cart),
    ]);
    for (const { exitCode, log } of runs) expectWithNote(exitCode, log).toBe(0);
    expect(mainFile(SHOP)).toBe(manifest('shop', '1.4.2'));
    expect(mainFile(CART)).toBe(manifest('cart', '3.1.0'));
    expect(harness.repository.git.commitsBetween('main~2', 'main').length).toBe(2);
  });

  it('of many applications with images in one file are all merged', async () => {
    await open();
    const names = ['a', 'b', 'c', 'd', 'e'];
    const file = (tag: string) =>
      `images:\n${names.map((name) => `  - name: ghcr.io/acme/${name}\n    newTag: "${tag}"\n`).join('')}`;
    harness.repository.push('main', { 'staging/kustomization.yaml': file('1') }, 'One file');
    const runs = await Promise.all(
      names.map((name, i) => {
        const image = `ghcr.io/acme/${name}`;
        const change = {
          ...{
            file: 'staging/kustomization.yaml',
            document: 0,
            path: `images[${i}].newTag`,
            line: 3 + 2 * i,
            old: '1',
          },
          ...{ new: '2', from: `${image}:1`, to: `${image}:2`, image, kind: 'kustomize' },
        };
        const changes = JSON.stringify([change]);
        return harness.run({ changes, application: name, environment: 'staging', merge: 'direct', wait: 'merged' });
      }),
    );
    for (const { exitCode, log } of runs) expectWithNote(exitCode, log).toBe(0);
    expect(mainFile('staging/kustomization.yaml')).toBe(file('2'));
    expect(harness.repository.pulls.every(({ merged }) => merged !== undefined)).toBeTruthy();
  });

  it('of the same application open one pull request', async () => {
    await open();
    const runs = await Promise.all([1, 2, 3].map(() => harness.deploy('1.4.1', '1.4.2')));
    for (const { exitCode, log, outputs } of runs)
      expectWithNote([exitCode, outputs['number']], log).toStrictEqual([0, '1']);
    expect(harness.repository.pulls.length).toBe(1);
    expect(harness.repository.git.commitsBetween('main', 'gitops/staging/shop').length).toBe(1);
  });
});
