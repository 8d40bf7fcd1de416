import { defined } from '../../core/defined.ts';
import { formatVersion, imageRepository } from '../../image/reference.ts';
import { type FoundField, findFields, startOf } from '../fields/find-fields.ts';
import { type ImagePolicies, mentionsPolicies, readImagePolicies } from '../fields/image-policies.ts';
import { throwIfCancelled } from '../files/cancellation.ts';
import type { ManifestFile, Remark } from '../files/manifest-file.ts';
import { openManifest } from '../files/open-manifest.ts';
import { Prefilter } from '../files/prefilter.ts';
import { type SearchLog, type SearchScope, searchFiles } from '../files/search.ts';
import { type FieldQuery, findersFor } from '../finders/field-query.ts';
import { imageKeywords } from '../finders/finders.ts';
import { resourceIdentity } from '../syntax/identity.ts';
import { loadParser, type Parser } from '../syntax/parse.ts';
import { formatPath } from '../syntax/path.ts';

/** An image field, whichever image it names. */
export interface InspectedField {
  /** Relative to the Git top level, with `/`. */
  readonly file: string;
  /** The index of the document in the file, from 0. */
  readonly document: number;
  /** The Kubernetes object that the document describes, such as `staging/Deployment/shop`. */
  readonly resource?: string;
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly kind: string;
  /** The whole reference, put together from the field's parts. */
  readonly reference: string;
  /** The repositories that the field stands for, the one that runs first. A Kustomize entry has two. */
  readonly repositories: readonly string[];
  readonly tag?: string;
  readonly digest?: string;
}

export interface InspectionResult {
  /** How many files were read. */
  readonly searched: number;
  readonly fields: readonly InspectedField[];
  readonly skipped: readonly Remark[];
}

/**
 * Lists the image fields in the selected files. Changes nothing.
 * @param maxFiles how many files are parsed at most.
 */
export async function inspectManifests(
  scope: SearchScope,
  query: FieldQuery,
  signal: AbortSignal,
  maxFiles = Number.POSITIVE_INFINITY,
): Promise<InspectionResult> {
  const keys = query.named.map(({ path }) => path.findLast((step) => step.kind === 'key')?.key ?? '');
  const prefilter = new Prefilter([...imageKeywords, ...keys]);
  const log: SearchLog = { searched: 0, skipped: [] };
  const fields: InspectedField[][] = [];
  // Any file may define what a policy is about, so files that use policies come last.
  const deferred: { readonly manifest: ManifestFile; readonly fields: InspectedField[] }[] = [];
  const inspect = async (manifest: ManifestFile, into: InspectedField[], parser: Parser, policies: ImagePolicies) => {
    const { documents, skipped, lineAt } = openManifest(manifest, prefilter, parser);
    const { embedded } = query;
    const context = { file: manifest.file, parser, embedded, distinctAliases: true, policies };
    for (const document of documents) {
      await throwIfCancelled(signal);
      for (const found of findFields(document, findersFor(query), context))
        into.push(inspectedField(found, manifest, lineAt(startOf(found.field)), resourceIdentity(document)));
    }
    for (const remark of skipped) log.skipped.push(remark);
  };
  let parser: Parser | undefined;
  for (const manifest of searchFiles(scope, prefilter, log)) {
    await throwIfCancelled(signal);
    // Loaded only if there is something to parse.
    parser ??= await loadParser();
    const own: InspectedField[] = [];
    fields.push(own);
    if (mentionsPolicies(manifest)) deferred.push({ manifest, fields: own });
    else await inspect(manifest, own, parser, new Map());
    if (fields.length >= maxFiles) break;
  }
  if (parser) {
    const manifests = deferred.map(({ manifest }) => manifest);
    const policies = readImagePolicies(manifests, parser);
    for (const { manifest, fields: own } of deferred) await inspect(manifest, own, parser, policies);
  }
  return { searched: log.searched, fields: fields.flat(), skipped: log.skipped };
}

function inspectedField(
  { kind, field: { document, path, names, tag, digest } }: FoundField,
  { file }: ManifestFile,
  line: number,
  resource: string | undefined,
): InspectedField {
  const repositories = [...new Set(names.map(imageRepository))];
  return {
    file,
    document: document.index,
    ...defined({ resource }),
    path: formatPath(path),
    line,
    kind,
    reference: `${repositories[0] ?? ''}${formatVersion({ tag, digest })}`,
    repositories,
    ...defined({ tag, digest }),
  };
}
