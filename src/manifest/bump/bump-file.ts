import { defined } from '../../core/defined.ts';
import { imageRepository } from '../../image/reference.ts';
import type { FileChange } from '../changes/file-change.ts';
import { type FoundField, findFields, startOf } from '../fields/find-fields.ts';
import type { Finder } from '../fields/finder.ts';
import type { ImagePolicies } from '../fields/image-policies.ts';
import { isKustomization } from '../fields/kustomization.ts';
import { mentionsOf } from '../fields/mentions.ts';
import { NAMED } from '../fields/named-fields.ts';
import { type NotDeployed, notDeployed } from '../fields/not-deployed.ts';
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
import type { FieldWrite, PlanContext } from './field-writes.ts';
import type { ImageBump } from './image-bump.ts';
import { newEntries } from './new-entries.ts';
import { bumpFor, planField } from './plan-field.ts';
import { sharedUses } from './shared-uses.ts';
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
  const { documents, skipped, lineAt } = openManifest(manifest, options.prefilter, parser);
  const context: FileContext = { ...options, file: manifest.file, lineAt };
  const findings: Finding[] = [];
  const splices: Splice[] = [];
  const unsafe: RefusedField[] = [];
  for (const document of documents) {
    const own = bumpDocument(document, context);
    const edits = own.flatMap((finding) => (finding.kind === 'matched' ? finding.edits : []));
    const spliced = splicesOf(edits, parser);
    if (spliced.kind === 'unsafe') unsafe.push(unsafeEdit(manifest.file, spliced.reason));
    else for (const splice of spliced.splices) splices.push(splice);
    // Without the edits, which would keep the whole document in memory.
    for (const finding of own) findings.push(finding.kind === 'matched' ? { ...finding, edits: [] } : finding);
    yield;
  }
  const remarks = (kind: 'unchanged' | 'skipped') =>
    findings.flatMap((finding) => (finding.kind === kind && 'remark' in finding ? [finding.remark] : []));
  return {
    matched: findings.flatMap((finding) => (finding.kind === 'matched' ? [finding.field] : [])),
    unchanged: remarks('unchanged'),
    skipped: [...skipped, ...remarks('skipped')],
    refused: [...findings.flatMap((finding) => (finding.kind === 'refused' ? [finding.refused] : [])), ...unsafe],
    edited:
      splices.length > 0 && unsafe.length === 0 ? { text: applySplices(manifest.text, splices), splices } : undefined,
  };
}

function unsafeEdit(file: string, reason: string): RefusedField {
  return { file, line: 1, reason: `can't be edited safely: ${reason}`, obstacle: { code: 'unsafe-edit' } };
}

function bumpDocument(document: ManifestDocument, context: FileContext): Finding[] {
  const { file, rules } = context;
  const deployed = notDeployed(document, file);
  if (deployed) return bumpWritten(document, deployed, context);
  const templated = templatedImages(document.text, rules.bumps).map((found) => skippedAt(document, found, context));
  return [...templated, ...bumpFields(document, findersFor(rules.fields), context), ...addEntries(document, context)];
}

/** Bumps a document that deploys no image: only what the user names, and objects that a policy writes. */
function bumpWritten(document: ManifestDocument, { reason, isWritten }: NotDeployed, context: FileContext): Finding[] {
  const { rules } = context;
  // A place that the user names counts, whatever else it looks like.
  const finders = findersFor(rules.fields).toSorted((a, b) => Number(b.name === NAMED) - Number(a.name === NAMED));
  const selects = ({ kind, field }: FoundField) => kind === NAMED || isWritten(field.path);
  const written = bumpFields(document, finders, context, selects);
  const handled = new Set(written.flatMap((finding) => (finding.kind === 'matched' ? [finding.field.bump] : [])));
  const mentioned = rules.bumps
    .filter((bump) => !handled.has(bump))
    .flatMap((bump) => {
      const [offset] = mentionsOf(document.text, bump.from);
      return offset === undefined ? [] : [skippedAt(document, { bump, offset, reason }, context)];
    });
  return [...mentioned, ...written];
}

function skippedAt(
  document: ManifestDocument,
  { bump, offset, reason }: { readonly bump: ImageBump; readonly offset: number; readonly reason: string },
  { file, lineAt }: FileContext,
): Finding {
  return { kind: 'skipped', remark: { file, line: lineAt(document.offset + offset), reason, bump } };
}

/** @param selects the fields to bump; all if left out. */
function bumpFields(
  document: ManifestDocument,
  finders: readonly Finder[],
  context: FileContext,
  selects: (found: FoundField) => boolean = () => true,
): Finding[] {
  const { file, rules, parser, policies } = context;
  const { embedded } = rules.fields;
  const find = (distinctAliases: boolean) =>
    findFields(document, finders, { file, parser, embedded, distinctAliases, policies });
  const othersWith = sharedUses(() => find(true).map(({ field }) => field), rules.bumps);
  return find(rules.policy.aliases === 'detach')
    .filter(selects)
    .map((found) => bumpField(found, { ...context, othersWith }))
    .filter((finding) => finding !== undefined);
}

function addEntries(document: ManifestDocument, context: FileContext): Finding[] {
  const { file, rules, entriesFor = [] } = context;
  if (entriesFor.length === 0 || !isKustomization(rootOf(document), file)) return [];
  const added = newEntries(document, entriesFor, rules.policy.pin, context);
  if (!added) return [];
  return added.fields.map((field, index): Finding => {
    const matched = { ...field, file, line: added.line, kind: 'kustomize' };
    return { kind: 'matched', field: matched, edits: index === 0 ? [added.edit] : [] };
  });
}

/** `undefined` for a field of another image. */
function bumpField(
  { kind, field }: FoundField,
  context: FileContext & Pick<PlanContext, 'othersWith'>,
): Finding | undefined {
  const { file, rules, lineAt, othersWith } = context;
  const bump = bumpFor(field, rules.bumps);
  if (!bump) return undefined;
  const place = { bump, file, line: lineAt(startOf(field)) };
  const path = formatPath(field.path);
  const plan = planField(field, bump, { policy: rules.policy, othersWith });
  if (plan.kind !== 'writes') {
    const remark = { ...place, reason: `${path} ${plan.reason}` };
    if (plan.kind === 'refused') return { kind: 'refused', refused: { ...remark, obstacle: plan.obstacle } };
    const { cause } = plan.kind === 'unchanged' ? plan : {};
    return { kind: plan.kind, remark: { ...remark, ...defined({ cause }) } };
  }
  const { from, to, writes } = plan;
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
