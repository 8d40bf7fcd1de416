export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** A scraped series; times in seconds since the epoch. */
export interface Series {
  readonly labels: Labels;
  /** The samples from `from` to `to`, both included, oldest first. */
  between(from: number, to: number): readonly { readonly time: number; readonly value: number }[];
}

export type Value =
  | { readonly type: 'scalar'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'vector'; readonly samples: readonly Sample[] }
  | { readonly type: 'matrix'; readonly ranges: readonly SeriesRange[] };

export interface SeriesRange {
  readonly labels: Labels;
  readonly seconds: number;
  readonly points: readonly { readonly time: number; readonly value: number }[];
}

export function vector(samples: readonly Sample[]): Value {
  return { type: 'vector', samples };
}

export function samplesOf(value: Value | undefined): readonly Sample[] {
  return value?.type === 'vector' ? value.samples : [];
}

export function numberOf(value: Value | undefined): number {
  return value?.type === 'scalar' ? value.value : Number.NaN;
}

export function withoutName({ __name__: _, ...labels }: Record<string, string>): Labels {
  return labels;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** A key that is equal for equal label sets. */
export function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
