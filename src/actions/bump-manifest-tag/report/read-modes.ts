import { counted } from '../../../core/counted.ts';
import type { Log } from '../../../core/log.ts';
import { code, table } from '../../../core/markdown.ts';
import type { Context } from '../../../entry/context.ts';
import { shortReference } from '../../../image/short-reference.ts';
import { namedFieldsFinder } from '../../../manifest/fields/named-fields.ts';
import { fileSelector, openSearchRoot, type SearchRoot } from '../../../manifest/files/search.ts';
import { findersOf } from '../../../manifest/finders/finders.ts';
import { compareFields, type ImageDifference } from '../../../manifest/inspect/compare-fields.ts';
import { type InspectionResult, inspectManifests } from '../../../manifest/inspect/inspect-manifests.ts';
import { demandPaths } from '../checks/require-paths.ts';
import type { contract } from '../contract.ts';
import { logLines } from './log.ts';
import { fitting } from './outputs.ts';
import { MOST_ROWS, type Places, placeOf, remarks } from './source-links.ts';

type Scene = Context<typeof contract>;

/** `mode: inspect`: what is deployed where. */
export async function inspect(scene: Scene): Promise<void> {
  const { inputs, cwd } = scene;
  const root = openSearchRoot(cwd, inputs.root);
  demandPaths(inputs.paths, [root]);
  const inspected = await look(scene, root);
  const { fields, searched, skipped } = inspected;
  scene.report.set(fitting({ fields }, scene.log, NARROW));
  scene.report.detail({ mode: 'inspect', searched, fields: fields.length });
  scene.report.section(inspectionSummary(inspected, { env: scene.env, top: root.top }));
  const listed = fields.map(
    ({ file, line, path, reference }) => `${file}:${line}  ${path}  ${shortReference(reference)}`,
  );
  await logLines(scene.log, counted(fields.length, 'field'), listed);
  await logSkipped(scene.log, skipped);
  scene.log.info(`✓ ${counted(fields.length, 'image field')} in ${counted(searched, 'searched file')}`);
}

/** `mode: compare`: which images two folders have in common, and which not. */
export async function compare(scene: Scene): Promise<void> {
  const { inputs, cwd } = scene;
  const roots = [
    openSearchRoot(cwd, inputs.root),
    openSearchRoot(cwd, inputs.compareWith ?? '', 'compare-with'),
  ] as const;
  demandPaths(inputs.paths, roots);
  const here = await look(scene, roots[0]);
  const there = await look(scene, roots[1]);
  const differences = compareFields(here.fields, there.fields);
  const unlike = differences.filter(({ verdict }) => verdict !== 'same');
  const result = `${counted(unlike.length, 'difference')} in ${counted(differences.length, 'image')}`;
  scene.report.set(fitting({ fields: here.fields, differences }, scene.log, NARROW));
  scene.report.detail({ mode: 'compare', images: differences.length, differences: unlike.length });
  const skipped = [...here.skipped, ...there.skipped];
  const place = placeOf({ env: scene.env, top: roots[0].top });
  const parts = [
    `### bump-manifest-tag: ${result}`,
    differencesTable(scene, differences),
    remarks('Skipped', skipped, place),
  ];
  scene.report.section(parts.filter((part) => part !== undefined).join('\n\n'));
  const listed = unlike.map(
    ({ image, verdict, ...sides }) => `${image} ${verdict}: ${versions(sides.here)} | ${versions(sides.there)}`,
  );
  await logLines(scene.log, result, listed);
  await logSkipped(scene.log, skipped);
  scene.log.info(`✓ ${result}`);
}

const NARROW = 'Narrow the search with `root`, `paths` or `kinds`.';

async function look({ inputs, signal }: Scene, root: SearchRoot): Promise<InspectionResult> {
  const finders = [...findersOf(inputs.kinds), namedFieldsFinder(inputs.fields)];
  const wanted = fileSelector(inputs.paths);
  const { fields: named, embedded } = inputs;
  return inspectManifests({ root, wanted, finders, named, embedded, signal });
}

function inspectionSummary({ fields, searched, skipped }: InspectionResult, places: Places): string {
  const place = placeOf(places);
  const rows = fields
    .slice(0, MOST_ROWS)
    .map(({ file, document, line, path, reference }) => [
      place(file, line),
      String(document + 1),
      code(path),
      code(shortReference(reference)),
    ]);
  return [
    `### bump-manifest-tag: ${counted(fields.length, 'image field')}`,
    rows.length > 0 ? table(['where', 'document', 'field', 'image'], rows) : undefined,
    `${counted(searched, 'file')} searched.`,
    fields.length > MOST_ROWS ? `… and ${fields.length - MOST_ROWS} more: see the output \`fields\`.` : undefined,
    remarks('Skipped', skipped, place),
  ]
    .filter((part) => part !== undefined)
    .join('\n\n');
}

const VERDICTS = {
  same: 'same',
  differs: '**differs**',
  'only-here': 'only here',
  'only-there': 'only there',
} as const;

function differencesTable({ inputs }: Scene, differences: readonly ImageDifference[]): string | undefined {
  if (differences.length === 0) return undefined;
  const cell = (references: readonly string[]) =>
    references.map((reference) => code(shortReference(reference))).join('<br>') || '—';
  const rows = differences
    .slice(0, MOST_ROWS)
    .map(({ image, verdict, here, there }) => [code(image), VERDICTS[verdict], cell(here), cell(there)]);
  const left = differences.length - MOST_ROWS;
  const more = left > 0 ? `\n\n… and ${left} more: see the output \`differences\`.` : '';
  return table(['image', '', code(inputs.root), code(inputs.compareWith ?? '')], rows) + more;
}

function versions(references: readonly string[]): string {
  return references.map(shortReference).join(', ') || 'not there';
}

async function logSkipped(log: Log, skipped: InspectionResult['skipped']): Promise<void> {
  const listed = skipped.map(({ file, line, reason }) => `skipped ${file}:${line}: ${reason}`);
  await logLines(log, `${skipped.length} skipped`, listed);
}
