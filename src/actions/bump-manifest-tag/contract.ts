import { defaulted, defineContract, optional } from '../../core/contract.ts';
import { boolean, choice, integer, lines, list, text } from '../../core/input-types.ts';
import { inputPath } from '../../files/input-path.ts';
import { imageBump } from '../../manifest/bump/image-bump.ts';
import { namedField } from '../../manifest/fields/named-fields.ts';
import { fieldKinds } from '../../manifest/finders/finders.ts';

export const contract = defineContract({
  name: 'bump-manifest-tag',
  description:
    'Change an image everywhere in Kubernetes, Kustomize, Helm and Argo CD manifests, without changing any other byte',
  branding: { icon: 'edit-3', color: 'purple' },
  inputs: {
    mode: defaulted(choice('bump', 'inspect', 'compare'), 'bump', {
      description:
        '`bump` changes fields. `inspect` only lists all image fields (output `fields`). `compare` lists the images that differ between `root` and `compare-with` (output `differences`).',
      example: 'inspect',
    }),
    image: optional(lines(imageBump), {
      description:
        'Required to bump. The new image references, one per line: `repo:tag`, `repo@sha256:…` or `repo:tag@sha256:…`. `old/repo => new/repo:tag` moves fields to another repository. Fields are matched by repository; the short names of Docker Hub are understood.',
      example: 'ghcr.io/acme/shop:1.4.2',
    }),
    root: defaulted(inputPath, '.', {
      description: 'The folder to search, usually the checkout of the GitOps repository.',
      example: 'gitops',
    }),
    top: optional(inputPath, {
      description:
        'The folder of the whole checkout, if its `.git` is missing (an archive, a runner without Git). `files` and `changes` name files relative to it. Default: the folder with `.git` at or above `root`, otherwise the workspace if it is `root`.',
      example: 'gitops',
    }),
    paths: optional(lines(text), {
      description:
        'Globs or folders under `root`, one per line. A leading `!` excludes. Default: all YAML and JSON files outside `.github`. `.git` and `node_modules` are never searched.',
      example: 'apps/shop/overlays/staging',
    }),
    kinds: optional(list(choice(...fieldKinds)), {
      description: 'The kinds of image fields to search (see “Where images are found” in the README). Default: all.',
      example: 'kustomize, helm-values',
    }),
    fields: optional(lines(namedField), {
      description:
        'More image fields, one `kind:path` per line: the `kind` of the document, or `*` for any, and the path to the value (see “Where images are found” in the README). If the value is only a tag or a digest, add its image: `*:image.tag = ghcr.io/acme/shop`. For a reference inside a text, add the text: `Pod:spec.containers[0].args[0]: --img={image}`.',
      example: 'Workflow:spec.templates[*].container.image',
    }),
    pin: defaulted(choice('keep-shape', 'tag', 'digest', 'both'), 'keep-shape', {
      description:
        'What fields name the image by afterwards: what they have now (`keep-shape`, which also fills an empty key: `tag: ""`), the `tag`, the `digest`, or `both`. A tag never changes next to a digest that stays.',
      example: 'both',
    }),
    create: defaulted(boolean, 'false', {
      description:
        'Add the keys that a Kustomize entry or Helm values lack for `pin` (`digest` after `newTag`), in the style of their neighbors. For an image that no field names, add an entry to `images` of the Kustomization that `paths` select; it must be the only one.',
      example: 'true',
    }),
    aliases: defaulted(choice('fail', 'shared', 'detach'), 'fail', {
      description:
        'What to do with a value that YAML aliases or merge keys share: `fail` refuses to change it, `shared` changes it everywhere (refused if another image uses it too), `detach` writes the new value out in place of the alias or after the merge key and leaves the other places as they are.',
      example: 'shared',
    }),
    embedded: defaulted(boolean, 'true', {
      description:
        'Search literal block scalars (`|`) whose text is YAML: `values` of an Argo CD Application, inline patches of a Kustomization. Paths in `fields` always lead there.',
      example: 'false',
    }),
    'newer-only': defaulted(boolean, 'false', {
      description:
        'Refuse to change a field to a tag that is older, or that may be. Versions are compared by semver (`1.4`, `v2.0.0-rc.1`); build numbers and dates by their number after the same word (`main-41`, `20240601`). The same tag with another digest passes.',
      example: 'true',
    }),
    'compare-with': optional(inputPath, {
      description:
        'For `mode: compare`: the folder to compare `root` with, for example the one of another environment.',
      example: 'apps/shop/overlays/production',
    }),
    'if-unmatched': defaulted(choice('fail', 'warn', 'ignore'), 'fail', {
      description: 'What to do if no field names one of the images.',
      example: 'warn',
    }),
    'if-left': defaulted(choice('warn', 'fail', 'ignore'), 'warn', {
      description:
        'What to do if an image still has another version, outside comments, in a place of the searched files that is not changed (output `left`). `fail` stops before anything is written.',
      example: 'fail',
    }),
    expect: optional(integer({ min: 0 }), {
      description: 'How many fields must name the images. Any other number fails the step before anything is written.',
      example: '2',
    }),
    'dry-run': defaulted(boolean, 'false', {
      description: 'Find and report everything, but write nothing.',
      example: 'true',
    }),
  },
  outputs: {
    changed: { description: '`true` if files changed (with `dry-run`: would change).' },
    files: { description: 'The changed files, relative to the Git top level (JSON list).' },
    changes: {
      isVerbatim: true,
      description:
        'Every changed value (JSON list of `{file, document, resource, path, line, old, new, from, to, image, kind}`, with `beside` for an added key and `entry` for an added entry). open-gitops-PR takes it and makes the same changes in a newer version of the files.',
    },
    left: {
      description:
        'The places of the searched files, outside comments, where an image still has another version (JSON list of `{file, line, path, reference, image, reason}`; `reason` says why it was not changed). Lines are those before the change.',
    },
    previous: { description: 'The references of the changed fields before the change (JSON: repository → list).' },
    patch: {
      isVerbatim: true,
      description:
        'The changes as a unified diff for `git apply`. Like every output, it is left empty, with a warning, if it is longer than 900 kB: GitHub accepts no more than 1 MB.',
    },
    fields: {
      description:
        'With `mode: inspect`, every image field (JSON list of `{file, document, resource, path, line, kind, reference, repositories, tag, digest}`); with `compare`, those of `root`.',
    },
    differences: {
      description:
        'With `mode: compare`, every image of the two folders (JSON list of `{image, verdict, here, there}`; `verdict` is `same`, `differs`, `only-here` or `only-there`).',
    },
  },
});
