/** A seeded generator of random numbers (mulberry32, by Tommy Ettinger), so that simulations give the same results on every run. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 (inclusive) to 1. */
  uniform(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Standard normal (Box and Muller, 1958). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Poisson, for small means (Knuth, "Seminumerical Algorithms", 3.4.1). */
  poisson(mean: number): number {
    const limit = Math.exp(-mean);
    let count = -1;
    for (let product = 1; product > limit; count++) product *= this.uniform();
    return count;
  }

  normals(n: number): number[] {
    return Array.from({ length: n }, () => this.normal());
  }

  /** A stationary first-order autoregressive series with standard normal values. */
  autoregression(n: number, phi: number): number[] {
    const values = [this.normal()];
    while (values.length < n) values.push(phi * (values.at(-1) ?? 0) + Math.sqrt(1 - phi * phi) * this.normal());
    return values;
  }
}
