import { setImmediate } from 'node:timers/promises';
import { defined } from '../../core/defined.ts';
import { formatVersion, imageRepository } from '../../image/reference.ts';
import type { Finder } from '../fields/field.ts';
import { fieldsOf, startOf } from '../fields/find-fields.ts';
import { mentionsPolicies, type Policies, policiesIn } from '../fields/image-policies.ts';
import type { NamedField } from '../fields/named-fields.ts';
import type { ManifestFile, Remark } from '../files/manifest-file.ts';
import { openFile } from '../files/open-manifest.ts';
import { Needles } from '../files/prefilter.ts';
import { candidates, type Root, type Survey } from '../files/search.ts';
import { identityOf } from '../syntax/identity.ts';
import { loadParser, type Parser } from '../syntax/parse.ts';
import { formatPath } from '../syntax/path.ts';

/** An image field, whatever it names: what is deployed where. */
export interface FoundField {
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

export interface Inspected {
  /** Files that were read. */
  readonly searched: number;
  readonly fields: readonly FoundField[];
  readonly skipped: readonly Remark[];
}

export interface Inspection {
  readonly root: Root;
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
export async function inspectManifests(inspection: Inspection): Promise<Inspected> {
  const { root, wanted, finders, named, embedded, signal, mostFiles = Number.POSITIVE_INFINITY } = inspection;
  const keys = named.map(({ path }) => path.findLast((step) => step.kind === 'key')?.key ?? '');
  const needles = new Needles([...IMAGE_WORDS, ...keys]);
  const survey: Survey = { searched: 0, skipped: [] };
  const fields: FoundField[][] = [];
  // What a policy is about may be told in any file, so files that use one come last.
  const held: { readonly manifest: ManifestFile; readonly fields: FoundField[] }[] = [];
  let parser: Parser | undefined;
  const read = (manifest: ManifestFile, into: FoundField[], reader: Parser, policies: Policies) => {
    const { documents, skipped, lineAt } = openFile(manifest, needles, reader);
    const context = { file: manifest.file, parser: reader, embedded, apart: true, policies };
    for (const document of documents)
      for (const field of fieldsOf(document, finders, context))
        into.push(found(field, manifest, lineAt(startOf(field)), identityOf(document)));
    survey.skipped.push(...skipped);
  };
  for (const manifest of candidates(root, wanted, needles, survey)) {
    // Lets a cancellation through between two files.
    await setImmediate();
    signal.throwIfAborted();
    parser ??= await loadParser();
    const own: FoundField[] = [];
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
  field: ReturnType<typeof fieldsOf>[number],
  { file }: ManifestFile,
  line: number,
  resource: string | undefined,
): FoundField {
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
