import { expect } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { isObject, stringAt } from '../../../src/json/json.ts';
import { bump, digest, SHOP } from '../harness.ts';
import type { Cases } from '../syntax/properties.ts';

/** A chart that joins the parts of a reference. */
interface Chart {
  readonly registry: 'registry' | undefined;
  readonly repository: 'repository' | 'image' | 'name';
  readonly tag: 'tag' | 'version';
  readonly digest: 'digest' | 'sha' | 'sha256' | 'hash' | undefined;
  /** Whether the chart writes `sha256:` before the digest. */
  readonly addsAlgorithm: boolean;
}

const charts: fc.Arbitrary<Chart> = fc.record({
  registry: fc.constantFrom('registry', undefined),
  repository: fc.constantFrom('repository', 'image', 'name'),
  tag: fc.constantFrom('tag', 'version'),
  digest: fc.constantFrom('digest', 'sha', 'sha256', 'hash', undefined),
  addsAlgorithm: fc.boolean(),
});

/** Charts write `sha256:` before an empty `sha`, and don't before an empty `digest`. Before others it is unknown. */
function formOfEmpty({ digest: key, addsAlgorithm }: Chart): Pick<Chart, 'addsAlgorithm'> {
  return { addsAlgorithm: key === 'sha' || (key !== 'digest' && addsAlgorithm) };
}

/** The reference that the chart makes of its values; an expression stays as it is. */
function composed(chart: Chart, values: Readonly<Record<string, unknown>>): string {
  const value = (key: string | undefined) => (key === undefined ? '' : (stringAt(values, key) ?? ''));
  const [registry, repository, tag, sum] = [chart.registry, chart.repository, chart.tag, chart.digest].map(value);
  const version = `${tag ? `:${tag}` : ''}${sum ? `@${chart.addsAlgorithm ? 'sha256:' : ''}${sum}` : ''}`;
  return `${registry ? `${registry}/` : ''}${repository}${version}`;
}

/** How a value is written; the text must survive. */
const STYLES = [
  (text: string) => JSON.stringify(text),
  (text: string) => `'${text}'`,
  (text: string) => (/^[a-z/.]+[a-z0-9./]*$/.test(text) ? text : JSON.stringify(text)),
  (text: string) => (text === '' ? '~' : JSON.stringify(text)),
  (text: string) => (text === '' ? '' : JSON.stringify(text)),
];

const TEMPLATES = ['{{ .x }}', '${x}', '${x:=1.0}', '$(x)', '%X%', '<x>'];

const [D1, D2] = [digest('1'), digest('2')];
const BARE = /^sha256:/;

const layouts = charts.chain((chart) =>
  fc.record({
    chart: fc.constant(chart),
    order: fc.shuffledSubarray(['registry', 'repository', 'tag', 'digest', 'pullPolicy'] as const, { minLength: 5 }),
    styles: fc.array(fc.constantFrom(...STYLES), { minLength: 5, maxLength: 5 }),
    tag: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('v1', '1.10', '1e3', 'on', '') },
      fc.constantFrom(...TEMPLATES, `v1@${D1}`),
    ),
    digest: fc.oneof({ weight: 4, arbitrary: fc.constantFrom('', D1) }, fc.constantFrom(...TEMPLATES)),
    hasInline: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
    hasTag: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constant(false)),
    extra: fc.constantFrom(undefined, 'digest', 'sha', 'hash'),
    flow: fc.boolean(),
    anchor: fc.boolean(),
  }),
);

const asked = fc.record({
  tag: fc.constantFrom('v2', '1.11', '2e3', 'off'),
  digest: fc.option(fc.constant(D2), { nil: undefined }),
  pin: fc.constantFrom('keep-shape', 'tag', 'digest', 'both'),
  create: fc.boolean(),
  moves: fc.boolean(),
});

/**
 * After a bump, the chart composes the reference that was asked for, with the parts that `pin` says; otherwise nothing was written, and a
 * reason is given. Returns how many layouts were changed.
 */
export function chartsComposeWhatWasAsked(cases: Cases): number {
  let changed = 0;
  fc.assert(
    fc.property(layouts, asked, (layout, { tag, digest: newDigest, pin, create, moves }) => {
      const { order, styles, flow, anchor, hasTag } = layout;
      const chart = layout.digest === '' ? { ...layout.chart, ...formOfEmpty(layout.chart) } : layout.chart;
      const sum = (text: string) => (chart.addsAlgorithm ? text.replace(BARE, '') : text);
      const values: Record<(typeof order)[number], [string, string] | undefined> = {
        registry: chart.registry && [chart.registry, 'ghcr.io'],
        repository: [chart.repository, `${chart.registry ? 'acme/shop' : SHOP}${layout.hasInline ? ':v1' : ''}`],
        tag: hasTag ? [chart.tag, layout.tag] : undefined,
        digest: chart.digest && [chart.digest, sum(layout.digest)],
        pullPolicy: ['pullPolicy', 'Always'],
      };
      const written = order.flatMap((part, index) => {
        const [key, text] = values[part] ?? [];
        if (key === undefined || text === undefined) return [];
        const value = styles[index]?.(text) ?? text;
        return [`${key}: ${anchor && value !== '' && value !== '~' ? `&${part} ` : ''}${value}`];
      });
      // A digest that the chart doesn't read must not stay either.
      const hasExtra = layout.extra !== undefined && layout.extra !== chart.digest;
      if (hasExtra) written.push(`${layout.extra}: "${D1}"`);
      const source = flow
        ? `web: {image: {${written.map((entry) => (entry.endsWith(': ') ? `${entry}""` : entry)).join(', ')}}}\n`
        : `web:\n  image:\n${written.map((entry) => `    ${entry} # ${entry.length}\n`).join('')}`;
      const before = imageIn(source);
      const repository = moves ? 'quay.io/new/shop' : SHOP;
      const image = `${moves ? `${SHOP} => ` : ''}${repository}:${tag}${newDigest ? `@${newDigest}` : ''}`;
      const result = bump(source, { image, pin, create });
      if (!result.edited || result.refused.length > 0) {
        const reasons = [...result.refused, ...result.unchanged, ...result.skipped];
        expect(reasons.length + result.matched.length).toBeGreaterThan(0);
        return;
      }
      changed++;
      const after = imageIn(result.edited.text);
      const reference = composed(chart, after);
      const [{ to } = { to: '' }] = result.matched;
      // What a chart reads isn't what `create` guesses: a new key counts only if the chart has it.
      const reads = Object.keys(after).every((key) => key in before || Object.values(chart).includes(key));
      if (reads && !hasExtra) expect(reference).toBe(to);
      expect(to.startsWith(repository)).toBe(true);
      const kept = composed(chart, before);
      if (pin === 'tag' || pin === 'both' || (pin === 'keep-shape' && kept.includes('shop:')))
        expect(to).toContain(`:${tag}`);
      if (pin === 'digest' || pin === 'both' || (pin === 'keep-shape' && kept.includes('@')))
        expect(to).toContain(`@${D2}`);
      // A digest of the old image is never left.
      expect(result.edited.text).not.toContain(D1.replace(BARE, ''));
    }),
    cases,
  );
  return changed;
}

function imageIn(source: string): Readonly<Record<string, unknown>> {
  const values: unknown = parse(source, { version: '1.1' });
  const web = isObject(values) ? values['web'] : undefined;
  const image = isObject(web) ? web['image'] : undefined;
  if (!isObject(image)) throw new Error(`no image in ${source}`);
  return image;
}
