/** A Prometheus duration such as `5m` or `1h30m`, in seconds. */
export function seconds(duration: string): number {
  const factors: Readonly<Record<string, number>> = {
    ms: 0.001,
    s: 1,
    m: 60,
    h: 3600,
    d: 86400,
    w: 604800,
    y: 31536000,
  };
  let total = 0;
  for (const [, count, unit] of duration.matchAll(/(\d+)(ms|[smhdwy])/g))
    total += Number(count) * (factors[unit ?? 's'] ?? 1);
  return total;
}

/** The value of a string literal. */
export function unquote(text: string): string {
  const inner = text.slice(1, -1);
  return text.startsWith('`')
    ? inner
    : inner.replace(/\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|(.))/gi, (_, u?: string, x?: string, char = '') =>
        char
          ? ({ n: '\n', t: '\t', r: '\r' }[String(char)] ?? char)
          : String.fromCharCode(Number.parseInt(u ?? x ?? '', 16)),
      );
}

export function parseNumber(text: string): number {
  if (/^inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  return Number(text);
}
