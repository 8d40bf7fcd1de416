import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { expectWithNote } from '../../jest-support.ts';
import type { Checkout } from './harness.ts';

let checkout: Checkout;
beforeEach(() => {
  checkout = openCheckout();
});
afterEach(() => checkout.remove());

import { addIndex, openCheckout, scratch, startRegistry } from './layer-images.ts';

/** Matches only the nth request, counted from 0. */
class Nth extends RegExp {
  #left: number;
  constructor(n: number) {
    super('');
    this.#left = n;
  }
  override test(): boolean {
    return this.#left-- === 0;
  }
}

test('a run that breaks off at any request can be repeated, with the same result', async () => {
  const registry = await startRegistry();
  addIndex(registry, 'library/debian', ['amd64', 'arm64']);
  const inputs = {
    ...scratch(registry),
    base: `${registry.host}/library/debian:13`,
    platforms: 'linux/amd64, linux/arm64',
    tags: '1\nlatest',
    retries: '0',
  };
  const whole = await checkout.run(inputs);
  const requests = registry.seen.length;
  expectWithNote(requests, `${requests} requests`).toBeGreaterThan(20);
  let failures = 0;
  for (let n = 0; n < requests; n++) {
    for (const kind of ['reset', 'lost-answer'] as const) {
      registry.store.repositories.delete('acme/shop');
      registry.faults.inject(new Nth(n), { kind });
      const broken = await checkout.run(inputs);
      const at = `${kind} at request ${n}`;
      failures += broken.exitCode;
      if (broken.exitCode === 1) expectWithNote(broken.error, at).toMatch(/^build-image: registry-unreachable::/);
      registry.faults.clear();
      const again = await checkout.run(inputs);
      expectWithNote(again.exitCode, `${at}: ${again.error}`).toBe(0);
      expectWithNote(again.outputs['digest'], at).toBe(whole.outputs['digest']);
      for (const tag of ['1', 'latest'])
        expectWithNote(registry.store.manifest('acme/shop', tag)?.digest, at).toBe(whole.outputs['digest']);
    }
  }
  expectWithNote(failures, `${failures} runs broke off`).toBeGreaterThan(requests);
});

test('a temporary failure at any request is retried, with the same result', async () => {
  const registry = await startRegistry();
  const inputs = { ...scratch(registry), tags: '1' };
  const whole = await checkout.run(inputs);
  const requests = registry.seen.length;
  for (let n = 0; n < requests; n++) {
    for (const fault of [
      { kind: 'status', status: 503 },
      { kind: 'status', status: 429 },
      { kind: 'reset' },
      { kind: 'lost-answer' },
      { kind: 'truncated', bytes: 10 },
    ] as const) {
      registry.store.repositories.delete('acme/shop');
      registry.faults.inject(new Nth(n), fault);
      const outcome = await checkout.run(inputs);
      expectWithNote(outcome.exitCode, `${JSON.stringify(fault)} at request ${n}: ${outcome.error}`).toBe(0);
      expect(outcome.outputs['digest']).toBe(whole.outputs['digest']);
      registry.faults.clear();
    }
  }
});
