import { defined } from '../../core/defined.ts';
import { imageRepository } from '../../image/reference.ts';
import type { FileChange } from '../changes/file-change.ts';
import { type FoundField, findFields, startOf } from '../fields/find-fields.ts';
import type { ImagePolicies } from '../fields/image-policies.ts';
import { isKustomization } from '../fields/kustomization.ts';
import { isSealedBySops } from '../fields/sops.ts';
import type { ManifestFile } from '../files/manifest-file.ts';
import { openManifest } from '../files/open-manifest.ts';
import type { Prefilter } from '../files/prefilter.ts';
import { findersFor } from '../finders/field-query.ts';
import { type ManifestEdit, splicesOf } from '../syntax/edit.ts';
import { resourceIdentity } from '../syntax/identity.ts';
import type { Alias, Scalar } from '../syntax/node.ts';
import type { Parser } from '../syntax/parse.ts';
import { formatPath } from '../syntax/path.ts';
import { offsetInFile } from '../syntax/place.ts';
import { applySplices, type Splice } from '../syntax/splice.ts';
import { type ManifestDocument, rootOf } from '../syntax/tree.ts';
import type { BumpRemark, BumpRules, FileBump, MatchedField, RefusedField } from './bump-result.ts';
import type { FieldWrite } from './field-writes.ts';
import type { ImageBump } from './image-bump.ts';
import { outsideEdits, type PossiblyLeft, possiblyLeft, possiblyLeftInText } from './left/find-left.ts';
import type { LeftPlace } from './left/left-place.ts';
import { newEntries } from './new-entries.ts';
import { bumpFor, planField } from './plan-field.ts';
import { sealedField } from './sealed-field.ts';
import { templatedImages } from './templated-images.ts';

export interface FileBumpOptions {
  readonly rules: BumpRules;
  readonly prefilter: Prefilter;
  readonly parser: Parser;
  readonly policies: ImagePolicies;
  /** Images that a Kustomization gets a new entry for. */
  readonly entriesFor?: readonly ImageBump[];
}

interface FileContext extends FileBumpOptions {
  readonly file: string;
  readonly lineAt: (offset: number) => number;
}

type Finding =
  | { readonly kind: 'matched'; readonly field: MatchedField; readonly edits: readonly ManifestEdit[] }
  | { readonly kind: 'unchanged' | 'skipped'; readonly remark: BumpRemark }
  | { readonly kind: 'refused'; readonly refused: RefusedField };

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
  const findings: Finding[] = [];
  const splices: Splice[] = [];
  const unsafe: RefusedField[] = [];
  const places: PossiblyLeft[] = [];
  for (const document of documents) {
    const found = fieldsOf(document, context);
    const own = bumpDocument(document, found, context);
    for (const place of possiblyLeft(document, options.rules.bumps, found, parser)) places.push(place);
    const edits = own.flatMap((finding) => (finding.kind === 'matched' ? finding.edits : []));
    const spliced = splicesOf(edits, parser);
    if (spliced.kind === 'unsafe') unsafe.push(unsafeEdit(manifest.file, spliced.reason));
    else for (const splice of spliced.splices) splices.push(splice);
    // Without the edits, which would keep the whole document in memory.
    for (const finding of own) findings.push(finding.kind === 'matched' ? { ...finding, edits: [] } : finding);
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

/** The fields of the wanted images. */
function fieldsOf(document: ManifestDocument, { file, rules, parser, policies }: FileContext): FoundField[] {
  const { embedded } = rules.fields;
  const distinctAliases = rules.policy.aliases === 'detach';
  return findFields(document, findersFor(rules.fields), { file, parser, embedded, distinctAliases, policies }).filter(
    ({ field }) => bumpFor(field, rules.bumps) !== undefined,
  );
}

function bumpDocument(document: ManifestDocument, fields: readonly FoundField[], context: FileContext): Finding[] {
  const { file, rules, lineAt } = context;
  const templated = templatedImages(document.text, rules.bumps).map(({ bump, offset, reason }): Finding => {
    return { kind: 'skipped', remark: { file, line: lineAt(document.offset + offset), reason, bump } };
  });
  const bumped = fields.map((found) => bumpField(found, context)).filter((finding) => finding !== undefined);
  return [...templated, ...bumped, ...addEntries(document, context)];
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

function addEntries(document: ManifestDocument, context: FileContext): Finding[] {
  const { file, rules, entriesFor = [] } = context;
  if (entriesFor.length === 0 || !isKustomization(rootOf(document), file)) return [];
  const added = newEntries(document, entriesFor, rules.policy.pin, context);
  if (!added) return [];
  if (isSealedBySops(document)) {
    const sealed = sealedField(file, []);
    return added.fields.map(({ bump }) => ({ kind: 'refused', refused: { file, line: added.line, bump, ...sealed } }));
  }
  return added.fields.map((field, index): Finding => {
    const matched = { ...field, file, line: added.line, kind: 'kustomize' };
    return { kind: 'matched', field: matched, edits: index === 0 ? [added.edit] : [] };
  });
}

/** `undefined` for a field of another image. */
function bumpField({ kind, field }: FoundField, context: FileContext): Finding | undefined {
  const { file, rules, lineAt } = context;
  const bump = bumpFor(field, rules.bumps);
  if (!bump) return undefined;
  const place = { bump, file, line: lineAt(startOf(field)) };
  const path = formatPath(field.path);
  const plan = planField(field, bump, rules.policy);
  if (plan.kind !== 'writes') {
    const remark = { ...place, reason: `${path} ${plan.reason}`, why: plan.reason };
    return plan.kind === 'unchanged'
      ? { kind: 'unchanged', remark }
      : { kind: 'refused', refused: { ...remark, obstacle: plan.obstacle } };
  }
  const { from, to, writes } = plan;
  if (writes.some(({ document }) => isSealedBySops(document))) {
    const { reason, obstacle } = sealedField(file, writes);
    return { kind: 'refused', refused: { ...place, reason: `${path} ${reason}`, why: reason, obstacle } };
  }
  const about = { from, to, image: imageRepository(bump.to), kind };
  const changes = writes.map((write): FileChange => ({ ...changeOf(write, context), ...about }));
  return { kind: 'matched', field: { ...place, path, kind, from, to, changes }, edits: writes };
}

function changeOf(write: FieldWrite, { file, lineAt }: FileContext) {
  const { document, text, path, shared } = write;
  const neighbor = write.kind === 'add' ? write.beside.key : write.node;
  // A new key of a block mapping gets its own line.
  const line = lineAt(offsetInFile(document, neighbor.span[0])) + (write.kind === 'add' && !write.node.flow ? 1 : 0);
  return {
    file,
    document: document.index,
    ...defined({ resource: resourceIdentity(document.holder?.document ?? document) }),
    path: formatPath(path),
    line,
    old: write.kind === 'set' ? textOf(write.node) : '',
    new: text,
    ...(write.kind === 'add' && neighbor.kind === 'scalar' ? { beside: neighbor.text } : {}),
    ...(shared ? ({ shared: true } as const) : {}),
    ...(write.kind === 'set' && write.node.kind === 'alias' ? ({ detached: true } as const) : {}),
  };
}

/** The text of a scalar, or of the scalar that an alias refers to. */
function textOf(node: Scalar | Alias): string {
  const scalar = node.kind === 'alias' ? node.target : node;
  return scalar?.kind === 'scalar' ? scalar.text : '';
}
