import { defaulted, defineContract, optional } from '../../core/contract.ts';
import { boolean, choice, integer, lines, list, text } from '../../core/input-types.ts';
import { imageBump } from '../../manifest/bump/image-bump.ts';
import { namedField } from '../../manifest/fields/named-fields.ts';
import { fieldKinds } from '../../manifest/finders/finders.ts';

export const contract = defineContract({
  name: 'bump-manifest-tag',
  description:
    'Change an image everywhere it stands in Kubernetes, Kustomize, Helm and Argo CD manifests, and not one byte else',
  branding: { icon: 'edit-3', color: 'purple' },
  inputs: {
    mode: defaulted(choice('bump', 'inspect', 'compare'), 'bump', {
      description:
        '`bump` changes fields. `inspect` only lists every image field (output `fields`): what is deployed where. `compare` lists which images differ between `root` and `compare-with` (output `differences`).',
      example: 'inspect',
    }),
    image: optional(lines(imageBump), {
      description:
        'Needed to bump: the new image references, a line each: `repo:tag`, `repo@sha256:…`, `repo:tag@sha256:…`. `old/repo => new/repo:tag` moves fields to another repository. Fields are matched by repository, with Docker Hub’s short names understood.',
      example: 'ghcr.io/acme/shop:1.4.2',
    }),
    root: defaulted(text, '.', {
      description: 'The folder to search, usually the checkout of the GitOps repository.',
      example: 'gitops',
    }),
    paths: optional(lines(text), {
      description:
        'Globs or folders under `root`, a line each; `!` in front excludes. Default: all YAML and JSON files outside `.github`. `.git` and `node_modules` are never searched.',
      example: 'apps/shop/overlays/staging',
    }),
    kinds: optional(list(choice(...fieldKinds)), {
      description:
        'Which kinds of image fields to change: `kubernetes` (containers of pods and pod templates of any kind), `kustomize` (`images:`, inline patches), `compose`, `helm-values` (`{registry, repository, tag, digest}` and `image:` at any depth), `argo-cd` (Applications and ApplicationSets), `argo-workflows`, `flux`, `tekton`, `skaffold`, `image-policy` (values with Flux’s `$imagepolicy` comments), `custom-resource` (`image:` in the `spec` of any custom resource). Default: all.',
      example: 'kustomize, helm-values',
    }),
    fields: optional(lines(namedField), {
      description:
        'More image fields, a `kind:path` line each, where kind is the document’s `kind` or `*`. Paths are keys with dots (`spec.image`), `["a.b"]` for odd keys, `[0]` or `[name=app]` for list items, `[*]` for all items, `**` for any depth, `|` into the YAML text of a block scalar. The value is a whole reference or a mapping with `repository` and `tag`; where it is a tag or digest alone, say of what: `*:image.tag = ghcr.io/acme/shop`.',
      example: 'Workflow:spec.templates[*].container.image',
    }),
    pin: defaulted(choice('keep-shape', 'tag', 'digest', 'both'), 'keep-shape', {
      description:
        'How fields name the image afterwards: with what they have now (`keep-shape`), with the `tag`, the `digest`, or `both`. A tag never changes beside a digest that stays.',
      example: 'both',
    }),
    create: defaulted(boolean, 'false', {
      description:
        'Add the keys that a Kustomize entry or Helm values need for `pin` and do not have (`digest` beside `newTag`), in the style of their neighbours; and for an image that no field names, an entry under `images` of the Kustomization that `paths` select (there must be one only).',
      example: 'true',
    }),
    aliases: defaulted(choice('fail', 'shared', 'detach'), 'fail', {
      description:
        'Values that YAML aliases or merge keys share: `fail` refuses to change them, `shared` changes them for all places that share them, `detach` writes the new value out in the place of the alias, or beside the merge key, and leaves the other places as they are.',
      example: 'shared',
    }),
    embedded: defaulted(boolean, 'true', {
      description:
        'Search the texts of literal block scalars (`|`) that are YAML themselves: `values` of an Argo CD Application, inline patches of a Kustomization. Paths of `fields` lead there in any case.',
      example: 'false',
    }),
    'newer-only': defaulted(boolean, 'false', {
      description:
        'Refuse to change a field to an older tag, or to one of which nobody can tell: versions are compared by semver (`1.4`, `v2.0.0-rc.1`), build numbers and dates by their number behind the same word (`main-41`, `20240601`). The same tag with another digest passes.',
      example: 'true',
    }),
    'compare-with': optional(text, {
      description: 'For `mode: compare`: the folder that `root` is compared with, such as that of another environment.',
      example: 'apps/shop/overlays/production',
    }),
    'if-unmatched': defaulted(choice('fail', 'warn', 'ignore'), 'fail', {
      description: 'What to do when no field names one of the images.',
      example: 'warn',
    }),
    expect: optional(integer({ min: 0 }), {
      description: 'How many fields must name the images; another number fails before anything is written.',
      example: '2',
    }),
    'dry-run': defaulted(boolean, 'false', {
      description: 'Find out and report everything, write nothing.',
      example: 'true',
    }),
  },
  outputs: {
    changed: { description: '`true` when files changed (with `dry-run`: would change).' },
    files: { description: 'The changed files (JSON list), relative to the Git top level.' },
    changes: {
      description:
        'Every changed value (JSON list of `{file, document, resource, path, line, old, new, from, to, image, kind}`, `beside` for an added key, `entry` for an added entry); open-gitops-PR takes it and makes the same changes in a newer version of the files.',
    },
    previous: { description: 'What the changed fields named before (JSON: repository → list of references).' },
    patch: {
      description:
        'The changes as a unified diff that `git apply` takes. This output, like the others, is empty above 900 kB, with a warning: GitHub takes no more than 1 MB.',
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
