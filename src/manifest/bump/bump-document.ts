import { type FoundField, findFields } from '../fields/find-fields.ts';
import { isKustomization } from '../fields/kustomization.ts';
import { mentionsOf } from '../fields/mentions.ts';
import { NAMED } from '../fields/named-fields.ts';
import { type NotDeployed, notDeployed } from '../fields/not-deployed.ts';
import { isSealedBySops } from '../fields/sops.ts';
import { findersFor } from '../finders/field-query.ts';
import { type ManifestDocument, rootOf } from '../syntax/tree.ts';
import { bumpField } from './bump-field.ts';
import type { BumpFinding, FileContext } from './bump-finding.ts';
import type { PlanContext } from './field-writes.ts';
import type { ImageBump } from './image-bump.ts';
import { type PossiblyLeft, possiblyLeft } from './left/find-left.ts';
import { newEntries } from './new-entries.ts';
import { bumpFor } from './plan-field.ts';
import { sealedField } from './sealed-field.ts';
import { sharedUses } from './shared-uses.ts';
import { templatedImages } from './templated-images.ts';

interface DocumentBump {
  readonly findings: readonly BumpFinding[];
  /** Where an image has another version, unless the edits of the findings change it. */
  readonly places: readonly PossiblyLeft[];
}

/** Bumps a document. One that deploys no image gets what the user names, and the objects that a policy writes. */
export function bumpDocument(document: ManifestDocument, context: FileContext): DocumentBump {
  const { file, rules, parser } = context;
  const deployed = notDeployed(document, file);
  const { found, othersWith } = wantedFields(document, deployed, context);
  const bumped = new Map<FoundField, BumpFinding>();
  for (const each of found) {
    const selected = !deployed || each.kind === NAMED || deployed.isWritten(each.field.path);
    const finding = selected ? bumpField(each, { ...context, othersWith }) : undefined;
    if (finding) bumped.set(each, finding);
  }
  const unmatched = found.filter((each) => bumped.get(each)?.kind !== 'matched');
  const places = possiblyLeft(document, { bumps: rules.bumps, found, unmatched, parser, deployed });
  const findings = [...bumped.values()];
  if (deployed) return { findings: [...mentioned(document, deployed, findings, places, context), ...findings], places };
  const templated = templatedImages(document.text, rules.bumps).map(({ bump, offset, reason }) =>
    skippedAt({ bump, offset: document.offset + offset, reason }, context),
  );
  return { findings: [...templated, ...findings, ...addEntries(document, context)], places };
}

/** The fields of the wanted images, and which fields of other images share values with them. */
function wantedFields(
  document: ManifestDocument,
  deployed: NotDeployed | undefined,
  { file, rules, parser, policies }: FileContext,
): Pick<PlanContext, 'othersWith'> & { readonly found: readonly FoundField[] } {
  const { embedded } = rules.fields;
  const all = findersFor(rules.fields);
  // A place that the user names counts, whatever else it looks like.
  const finders = deployed ? all.toSorted((a, b) => Number(b.name === NAMED) - Number(a.name === NAMED)) : all;
  const find = (distinctAliases: boolean) =>
    findFields(document, finders, { file, parser, embedded, distinctAliases, policies });
  return {
    found: find(rules.policy.aliases === 'detach').filter(({ field }) => bumpFor(field, rules.bumps) !== undefined),
    othersWith: sharedUses(() => find(true).map(({ field }) => field), rules.bumps),
  };
}

/** A remark for each image that a document names and doesn't deploy: where it has another version, or anywhere. */
function mentioned(
  document: ManifestDocument,
  { reason }: NotDeployed,
  findings: readonly BumpFinding[],
  places: readonly PossiblyLeft[],
  context: FileContext,
): BumpFinding[] {
  const handled = new Set(findings.flatMap((finding) => (finding.kind === 'matched' ? [finding.field.bump] : [])));
  return context.rules.bumps
    .filter((bump) => !handled.has(bump))
    .flatMap((bump) => {
      const [mention] = mentionsOf(document.text, bump.from);
      const anywhere = mention === undefined ? undefined : document.offset + mention;
      const offset = places.find((place) => place.bump === bump && place.reason === reason)?.start ?? anywhere;
      return offset === undefined ? [] : [skippedAt({ bump, offset, reason }, context)];
    });
}

/** @param place its offset is in the file. */
function skippedAt(
  { bump, offset, reason }: { readonly bump: ImageBump; readonly offset: number; readonly reason: string },
  { file, lineAt }: FileContext,
): BumpFinding {
  return { kind: 'skipped', remark: { file, line: lineAt(offset), reason, bump } };
}

function addEntries(document: ManifestDocument, context: FileContext): BumpFinding[] {
  const { file, rules, entriesFor = [] } = context;
  if (entriesFor.length === 0 || !isKustomization(rootOf(document), file)) return [];
  const added = newEntries(document, entriesFor, rules.policy.pin, context);
  if (!added) return [];
  if (isSealedBySops(document)) {
    const sealed = sealedField(file, []);
    return added.fields.map(({ bump }) => ({ kind: 'refused', refused: { file, line: added.line, bump, ...sealed } }));
  }
  return added.fields.map((field, index): BumpFinding => {
    const matched = { ...field, file, line: added.line, kind: 'kustomize' };
    return { kind: 'matched', field: matched, edits: index === 0 ? [added.edit] : [] };
  });
}
