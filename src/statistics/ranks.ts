export interface Ranking {
  /** The rank of each value, from 1, in the given order. Equal values share the mean of their ranks (midranks). */
  readonly ranks: readonly number[];
  /** Σ(t³ − t) over all groups of t equal values, for the tie correction of a rank test (Kruskal and Wallis, 1952). */
  readonly tieTerm: number;
}

export function rank(values: readonly number[]): Ranking {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const ranks = new Array<number>(values.length).fill(0);
  let tieTerm = 0;
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && order[end]?.value === order[start]?.value) end++;
    const midrank = (start + 1 + end) / 2;
    for (const { index } of order.slice(start, end)) ranks[index] = midrank;
    const ties = end - start;
    tieTerm += ties ** 3 - ties;
    start = end;
  }
  return { ranks, tieTerm };
}
