export interface Ranking {
  /** Rank of each value, from 1, in the order given; equal values share the mean of their places (midranks). */
  readonly ranks: readonly number[];
  /** Σ(t³ − t) over the groups of t equal values: what the tie correction of a rank test needs. */
  readonly tieTerm: number;
}

export function rank(values: readonly number[]): Ranking {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const ranks = new Array<number>(values.length).fill(0);
  let tieTerm = 0;
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && order[end]?.value === order[start]?.value) end++;
    const shared = (start + 1 + end) / 2;
    for (const { index } of order.slice(start, end)) ranks[index] = shared;
    const tied = end - start;
    tieTerm += tied ** 3 - tied;
    start = end;
  }
  return { ranks, tieTerm };
}
