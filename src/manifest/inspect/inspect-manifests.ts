import { setImmediate } from 'node:timers/promises';
import { defined } from '../../core/defined.ts';
import { formatVersion, imageRepository } from '../../image/reference.ts';
import type { Finder } from '../fields/field.ts';
import { findFields, startOf } from '../fields/find-fields.ts';
import { mentionsPolicies, type Policies, policiesIn } from '../fields/image-policies.ts';
import type { NamedField } from '../fields/named-fields.ts';
import type { ManifestFile, Remark } from '../files/manifest-file.ts';
import { openManifest } from '../files/open-manifest.ts';
import { Prefilter } from '../files/prefilter.ts';
import { type SearchLog, type SearchRoot, searchFiles } from '../files/search.ts';
import { resourceIdentity } from '../syntax/identity.ts';
import { loadParser, type Parser } from '../syntax/parse.ts';
import { formatPath } from '../syntax/path.ts';

/** An image field, whatever it names: what is deployed where. */
export interface InspectedField {
  /** Relative to the Git top level, with `/`. */
  readonly file: string;
  /** Which document of the file, counted from 0. */
  readonly document: number;
  /** The Kubernetes object that the document describes, such as `staging/Deployment/shop`. */
  readonly resource?: string;
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  readonly kind: string;
  /** As the field says it, its parts put together. */
  readonly reference: string;
  /** The repositories by which the field is meant, the one that runs first; a Kustomize entry has two. */
  readonly repositories: readonly string[];
  readonly tag?: string;
  readonly digest?: string;
}

export interface InspectionResult {
  /** Files that were read. */
  readonly searched: number;
  readonly fields: readonly InspectedField[];
  readonly skipped: readonly Remark[];
}

export interface Inspection {
  readonly root: SearchRoot;
  readonly wanted: (path: string) => boolean;
  readonly finders: readonly Finder[];
  readonly named: readonly NamedField[];
  /** Whether texts in block scalars are searched that are YAML themselves. */
  readonly embedded: boolean;
  readonly signal: AbortSignal;
  /** How many files are parsed at most. */
  readonly mostFiles?: number;
}

/** Words of which every known kind of image field has one. */
const IMAGE_WORDS = ['image', 'Image', 'repository', 'containers', 'builder', 'bundle', 'oci://'];

/** Lists every image field in the selected files; nothing is changed. */
export async function inspectManifests(inspection: Inspection): Promise<InspectionResult> {
  const { root, wanted, finders, named, embedded, signal, mostFiles = Number.POSITIVE_INFINITY } = inspection;
  const keys = named.map(({ path }) => path.findLast((step) => step.kind === 'key')?.key ?? '');
  const prefilter = new Prefilter([...IMAGE_WORDS, ...keys]);
  const survey: SearchLog = { searched: 0, skipped: [] };
  const fields: InspectedField[][] = [];
  // What a policy is about may be told in any file, so files that use one come last.
  const held: { readonly manifest: ManifestFile; readonly fields: InspectedField[] }[] = [];
  let parser: Parser | undefined;
  const read = (manifest: ManifestFile, into: InspectedField[], reader: Parser, policies: Policies) => {
    const { documents, skipped, lineAt } = openManifest(manifest, prefilter, reader);
    const context = { file: manifest.file, parser: reader, embedded, distinctAliases: true, policies };
    for (const document of documents)
      for (const field of findFields(document, finders, context))
        into.push(found(field, manifest, lineAt(startOf(field)), resourceIdentity(document)));
    survey.skipped.push(...skipped);
  };
  for (const manifest of searchFiles(root, wanted, prefilter, survey)) {
    // Lets a cancellation through between two files.
    await setImmediate();
    signal.throwIfAborted();
    parser ??= await loadParser();
    const own: InspectedField[] = [];
    fields.push(own);
    if (mentionsPolicies(manifest)) held.push({ manifest, fields: own });
    else read(manifest, own, parser, new Map());
    if (fields.length >= mostFiles) break;
  }
  if (parser) {
    const policies = policiesIn(
      held.map(({ manifest }) => manifest),
      parser,
    );
    for (const { manifest, fields: own } of held) read(manifest, own, parser, policies);
  }
  return { searched: survey.searched, fields: fields.flat(), skipped: survey.skipped };
}

function found(
  field: ReturnType<typeof findFields>[number],
  { file }: ManifestFile,
  line: number,
  resource: string | undefined,
): InspectedField {
  const { document, path, kind, names, tag, digest } = field;
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
