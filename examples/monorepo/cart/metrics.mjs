// Counts requests and their durations, in the text format that Prometheus scrapes.
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

/** @param {Record<string, string>} labels are added to every series. */
export function requestMetrics(labels) {
  // Start at 0: if the series appeared only with the first error, "no errors yet" would look like "no data".
  const counts = new Map([[200, 0], [500, 0]]);
  const buckets = BOUNDS.map(() => 0);
  let sum = 0;
  let total = 0;
  const series = (name, more = {}) =>
    `${name}{${Object.entries({ ...labels, ...more })
      .map(([key, value]) => `${key}="${value}"`)
      .join(',')}}`;
  return {
    /** Starts timing a request. Call the returned function with the status code when it is done. */
    begin() {
      const start = process.hrtime.bigint();
      return (code) => {
        const seconds = Number(process.hrtime.bigint() - start) / 1e9;
        counts.set(code, (counts.get(code) ?? 0) + 1);
        for (const [i, bound] of BOUNDS.entries()) if (seconds <= bound) buckets[i] += 1;
        sum += seconds;
        total += 1;
      };
    },
    text() {
      const lines = ['# TYPE http_requests_total counter'];
      for (const [code, count] of counts) lines.push(`${series('http_requests_total', { code: String(code) })} ${count}`);
      lines.push('# TYPE http_request_duration_seconds histogram');
      for (const [i, bound] of BOUNDS.entries())
        lines.push(`${series('http_request_duration_seconds_bucket', { le: String(bound) })} ${buckets[i]}`);
      lines.push(`${series('http_request_duration_seconds_bucket', { le: '+Inf' })} ${total}`);
      lines.push(`${series('http_request_duration_seconds_sum')} ${sum}`);
      lines.push(`${series('http_request_duration_seconds_count')} ${total}`);
      return `${lines.join('\n')}\n`;
    },
  };
}
