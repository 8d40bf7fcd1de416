/** A value with its unit and three significant digits: `182 ms`, `0.62 %` (unit `ratio`), `1.2e-9`. */
export function formatValue(value: number, unit: string): string {
  if (unit === 'ratio') return `${formatNumber(value * 100)} %`;
  return unit === '' ? formatNumber(value) : `${formatNumber(value)} ${unit}`;
}

/** A difference: `+6 ms`, `−0.51 pp` (percentage points, unit `ratio`). */
export function formatChange(value: number, unit: string): string {
  if (unit === 'ratio') return `${formatSigned(value * 100)} pp`;
  return unit === '' ? formatSigned(value) : `${formatSigned(value)} ${unit}`;
}

/** `+3.1`, `−1.0`, `0`, with a typographic minus. */
export function formatSigned(value: number): string {
  if (value === 0) return '0';
  return value < 0 ? `−${formatNumber(-value)}` : `+${formatNumber(value)}`;
}

/** Three significant digits; integers keep all of theirs. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e9 || size < 1e-4) return value.toExponential(2).replace('-', '−');
  const fraction = Math.max(0, 2 - Math.floor(Math.log10(size)));
  const rounded = value.toLocaleString('en-US', { maximumFractionDigits: Math.min(fraction, 8) });
  return rounded.replace('-', '−');
}
