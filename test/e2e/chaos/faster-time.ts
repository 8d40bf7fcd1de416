import { syncBuiltinESMExports } from 'node:module';
import { performance } from 'node:perf_hooks';
import timers from 'node:timers';
import promises from 'node:timers/promises';
import { promisify } from 'node:util';

/** Lets time pass `speed` times faster in this process, so that a test meets time limits of minutes within seconds. */
export function passTimeFaster(speed: number): void {
  const shorter = (ms: unknown) => (typeof ms === 'number' ? ms / speed : ms);
  const { setTimeout: delay } = promises;
  const fasterDelay = (ms?: number, ...args: unknown[]) => Reflect.apply(delay, promises, [shorter(ms), ...args]);
  Reflect.set(promises, 'setTimeout', fasterDelay);
  for (const module of [globalThis, timers]) {
    for (const name of ['setTimeout', 'setInterval']) {
      const original: unknown = Reflect.get(module, name);
      if (typeof original !== 'function') continue;
      const faster = (callback: unknown, ms: unknown, ...args: unknown[]) =>
        Reflect.apply(original, module, [callback, shorter(ms), ...args]);
      if (name === 'setTimeout') Reflect.set(faster, promisify.custom, fasterDelay);
      Reflect.set(module, name, faster);
    }
  }
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  Reflect.set(AbortSignal, 'timeout', (ms: number) => timeout(Math.ceil(ms / speed)));

  const now = performance.now.bind(performance);
  Reflect.set(performance, 'now', () => now() * speed);
  const { now: wallClock } = Date;
  const startedAt = wallClock();
  const fasterNow = () => Math.round(startedAt + (wallClock() - startedAt) * speed);
  Reflect.set(
    globalThis,
    'Date',
    new Proxy(Date, {
      construct: (target, args, self) => Reflect.construct(target, args.length === 0 ? [fasterNow()] : args, self),
      get: (target, key) => (key === 'now' ? fasterNow : Reflect.get(target, key)),
    }),
  );
  syncBuiltinESMExports();
}
