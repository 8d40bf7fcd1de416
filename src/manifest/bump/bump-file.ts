import { defined } from '../../core/defined.ts';
import { imageRepository } from '../../image/reference.ts';
import type { FileChange } from '../changes/file-change.ts';
import type { Finder, ImageField } from '../fields/field.ts';
import { findFields, startOf } from '../fields/find-fields.ts';
import type { Policies } from '../fields/image-policies.ts';
import type { ManifestFile, Remark } from '../files/manifest-file.ts';
import { openManifest } from '../files/open-manifest.ts';
import type { Prefilter } from '../files/prefilter.ts';
import { isKustomization } from '../finders/kustomize.ts';
import { type ManifestEdit, splicesOf } from '../syntax/edit.ts';
import { resourceIdentity } from '../syntax/identity.ts';
import type { Alias, Scalar } from '../syntax/node.ts';
import type { Parser } from '../syntax/parse.ts';
import { formatPath } from '../syntax/path.ts';
import { offsetInFile } from '../syntax/place.ts';
import { applySplices, type Splice } from '../syntax/splice.ts';
import { type ManifestDocument, rootOf } from '../syntax/tree.ts';
import type { ImageBump } from './image-bump.ts';
import { newEntries } from './new-entries.ts';
import { type BumpPolicy, bumpFor, planField, type Write } from './plan-field.ts';
import { templatedImages } from './templated-images.ts';

/** What shall be changed, and how. */
export interface BumpRules {
  readonly bumps: readonly ImageBump[];
  readonly policy: BumpPolicy;
  readonly finders: readonly Finder[];
  /** Whether texts in block scalars are searched that are YAML themselves. */
  readonly embedded: boolean;
  /** Texts of which a document must hold one to be worth parsing. */
  readonly prefilter: Prefilter;
  /** Images that a Kustomization gets a new entry for. */
  readonly entriesFor?: readonly ImageBump[];
}

/** A file while it is worked on. */
interface FileContext {
  readonly file: string;
  readonly lineAt: (offset: number) => number;
  readonly rules: BumpRules;
  readonly parser: Parser;
  readonly policies: Policies;
}

export interface RefusedField extends Remark {
  readonly remedy: string;
}

/** A field of one of the wanted images. */
export interface MatchedField {
  readonly bump: ImageBump;
  readonly file: string;
  readonly line: number;
  readonly path: string;
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  /** The values that change; none where the field names the new image already. */
  readonly changes: readonly FileChange[];
}

export interface FileBump {
  readonly matched: readonly MatchedField[];
  /** Fields of wanted images that stay as they are, on purpose. */
  readonly left: readonly Remark[];
  /** What could not be searched or filled. */
  readonly skipped: readonly Remark[];
  /** Reasons to write nothing at all. */
  readonly refused: readonly RefusedField[];
  readonly edited: { readonly text: string; readonly splices: readonly Splice[] } | undefined;
}

type Finding =
  | { readonly kind: 'matched'; readonly field: MatchedField; readonly edits: readonly ManifestEdit[] }
  | { readonly kind: 'left' | 'skipped'; readonly remark: Remark }
  | { readonly kind: 'refused'; readonly refusal: RefusedField };

/** Finds the fields of the wanted images in one file and makes the edit in memory. */
export function bumpFile(manifest: ManifestFile, rules: BumpRules, parser: Parser, policies: Policies): FileBump {
  const { documents, skipped, lineAt } = openManifest(manifest, rules.prefilter, parser);
  const scene: FileContext = { file: manifest.file, lineAt, rules, parser, policies };
  const findings: Finding[] = [];
  const splices: Splice[] = [];
  const unsafe: string[] = [];
  for (const document of documents) {
    const own = bumpDocument(document, scene);
    const edits = own.flatMap((finding) => (finding.kind === 'matched' ? finding.edits : []));
    const spliced = splicesOf(edits, parser);
    if (spliced.kind === 'unsafe') unsafe.push(spliced.reason);
    else splices.push(...spliced.splices);
    // Without the edits, which would hold the whole document.
    findings.push(...own.map((finding) => (finding.kind === 'matched' ? { ...finding, edits: [] } : finding)));
  }
  const remarks = (kind: 'left' | 'skipped') =>
    findings.flatMap((finding) => (finding.kind === kind && 'remark' in finding ? [finding.remark] : []));
  const refused = findings.flatMap((finding) => (finding.kind === 'refused' ? [finding.refusal] : []));
  const remedy = 'Leave the file out with `paths` and report it: the action could not keep its promise here.';
  for (const reason of unsafe)
    refused.push({ file: manifest.file, line: 1, reason: `can't be edited safely: ${reason}`, remedy });
  return {
    matched: findings.flatMap((finding) => (finding.kind === 'matched' ? [finding.field] : [])),
    left: remarks('left'),
    skipped: [...skipped, ...remarks('skipped')],
    refused,
    edited:
      splices.length > 0 && unsafe.length === 0 ? { text: applySplices(manifest.text, splices), splices } : undefined,
  };
}

function bumpDocument(document: ManifestDocument, scene: FileContext): Finding[] {
  const { file, rules, parser, policies } = scene;
  const templated = templatedImages(document.text, rules.bumps).map(({ bump, offset, reason }): Finding => {
    return { kind: 'skipped', remark: { file, line: scene.lineAt(document.offset + offset), reason, bump } };
  });
  const fields = findFields(document, rules.finders, {
    file,
    parser,
    embedded: rules.embedded,
    distinctAliases: rules.policy.aliases === 'detach',
    policies,
  });
  const bumped = fields.map((field) => bumpField(field, scene)).filter((finding) => finding !== undefined);
  return [...templated, ...bumped, ...addEntries(document, scene)];
}

function addEntries(document: ManifestDocument, scene: FileContext): Finding[] {
  const { file, rules } = scene;
  const { entriesFor = [], policy } = rules;
  if (entriesFor.length === 0 || !isKustomization(rootOf(document), file)) return [];
  const added = newEntries(document, entriesFor, policy.pin, scene);
  if (!added) return [];
  return added.fields.map((field, index): Finding => {
    const matched = { ...field, file, line: added.line, kind: 'kustomize' };
    return { kind: 'matched', field: matched, edits: index === 0 ? [added.edit] : [] };
  });
}

/** `undefined` for a field of another image. */
function bumpField(field: ImageField, scene: FileContext): Finding | undefined {
  const { file, rules } = scene;
  const place = { file, line: scene.lineAt(startOf(field)) };
  const path = formatPath(field.path);
  const bump = bumpFor(field, rules.bumps);
  if (!bump) return undefined;
  const plan = planField(field, bump, rules.policy);
  if (plan.kind === 'left') return { kind: 'left', remark: { ...place, bump, reason: `${path} ${plan.reason}` } };
  if (plan.kind === 'refused')
    return { kind: 'refused', refusal: { ...place, bump, reason: `${path} ${plan.reason}`, remedy: plan.remedy } };
  const { from, to, writes } = plan;
  const { kind } = field;
  const about = { from, to, image: imageRepository(bump.to), kind };
  const changes = writes.map((write) => ({ ...changeOf(write, scene), ...about }));
  return { kind: 'matched', field: { bump, ...place, path, kind, from, to, changes }, edits: writes };
}

function changeOf(write: Write, { file, lineAt }: FileContext) {
  const { document, text, path, shared } = write;
  const resource = resourceIdentity(document.holder?.document ?? document);
  const neighbour = write.kind === 'add' ? write.beside.key : write.node;
  // A new key of a block mapping gets a line of its own.
  const line = lineAt(offsetInFile(document, neighbour.span[0])) + (write.kind === 'add' && !write.node.flow ? 1 : 0);
  return {
    file,
    document: document.index,
    ...defined({ resource }),
    path: formatPath(path),
    line,
    old: write.kind === 'set' ? textOf(write.node) : '',
    new: text,
    ...(write.kind === 'add' && neighbour.kind === 'scalar' ? { beside: neighbour.text } : {}),
    ...(shared ? ({ shared: true } as const) : {}),
    ...(write.kind === 'set' && write.node.kind === 'alias' ? ({ detached: true } as const) : {}),
  };
}

/** What a scalar says, or the one that an alias stands for. */
function textOf(node: Scalar | Alias): string {
  const scalar = node.kind === 'alias' ? node.target : node;
  return scalar?.kind === 'scalar' ? scalar.text : '';
}
