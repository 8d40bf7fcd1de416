import type { ManifestFile } from '../files/manifest-file.ts';
import { openManifest } from '../files/open-manifest.ts';
import { splicesOf } from '../syntax/edit.ts';
import { applySplices, type Splice } from '../syntax/splice.ts';
import { bumpDocument } from './bump-document.ts';
import type { BumpFinding, FileBumpOptions, FileContext } from './bump-finding.ts';
import type { BumpRemark, FileBump, RefusedField } from './bump-result.ts';
import { outsideEdits, type PossiblyLeft, possiblyLeftInText } from './left/find-left.ts';
import type { LeftPlace } from './left/left-place.ts';

/** Finds the fields of the wanted images in one file and edits its text in memory. */
export function bumpFile(manifest: ManifestFile, options: FileBumpOptions): FileBump {
  const steps = bumpInSteps(manifest, options);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** The same in a step for each document, so that a file of thousands can be interrupted. */
export function* bumpInSteps(manifest: ManifestFile, options: FileBumpOptions): Generator<void, FileBump> {
  const { parser } = options;
  const { documents, skipped, unreadable, lineAt } = openManifest(manifest, options.prefilter, parser);
  const context: FileContext = { ...options, file: manifest.file, lineAt };
  const findings: BumpFinding[] = [];
  const splices: Splice[] = [];
  const unsafe: RefusedField[] = [];
  const places: PossiblyLeft[] = [];
  for (const document of documents) {
    const own = bumpDocument(document, context);
    for (const place of own.places) places.push(place);
    const edits = own.findings.flatMap((finding) => (finding.kind === 'matched' ? finding.edits : []));
    const spliced = splicesOf(edits, parser);
    if (spliced.kind === 'unsafe') unsafe.push(unsafeEdit(manifest.file, spliced.reason));
    else for (const splice of spliced.splices) splices.push(splice);
    // Without the edits, which would keep the whole document in memory.
    for (const finding of own.findings) findings.push(finding.kind === 'matched' ? { ...finding, edits: [] } : finding);
    yield;
  }
  for (const part of unreadable) for (const place of possiblyLeftInText(part, options.rules.bumps)) places.push(place);
  const remarks = (kind: 'unchanged' | 'skipped') =>
    findings.flatMap((finding) => (finding.kind === kind && 'remark' in finding ? [finding.remark] : []));
  const refused = findings.flatMap((finding) => (finding.kind === 'refused' ? [finding.refused] : []));
  return {
    matched: findings.flatMap((finding) => (finding.kind === 'matched' ? [finding.field] : [])),
    unchanged: remarks('unchanged'),
    skipped: [...skipped, ...remarks('skipped')],
    left: leftPlaces(places, splices, [...refused, ...remarks('unchanged'), ...remarks('skipped')], context),
    refused: [...refused, ...unsafe],
    edited:
      splices.length > 0 && unsafe.length === 0 ? { text: applySplices(manifest.text, splices), splices } : undefined,
  };
}

function unsafeEdit(file: string, reason: string): RefusedField {
  return { file, line: 1, reason: `can't be edited safely: ${reason}`, obstacle: { code: 'unsafe-edit' } };
}

/** What the edits leave. If a remark says why a place of the same line stays, that is the reason. */
function leftPlaces(
  places: readonly PossiblyLeft[],
  splices: readonly Splice[],
  remarks: readonly BumpRemark[],
  { file, lineAt }: FileContext,
): LeftPlace[] {
  const byLine = Map.groupBy(remarks, ({ line }) => line);
  return outsideEdits(places, splices).map(({ bump, start, path, reference, reason }) => {
    const line = lineAt(start);
    const remark = byLine.get(line)?.find((each) => each.bump === bump);
    return { bump, file, line, path, reference, reason: remark?.why ?? remark?.reason ?? reason };
  });
}
