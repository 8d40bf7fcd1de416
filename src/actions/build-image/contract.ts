import { defaulted, defineContract, optional, required } from '../../core/contract.ts';
import { boolean, choice, integer, lines, list, text } from '../../core/input-types.ts';
import { inputPath } from '../../files/input-path.ts';
import { platform } from '../../image/platform.ts';
import { mirrorUrl } from '../../tools/mirror.ts';
import { TOOLS } from '../../tools/tools.ts';
import { ENGINE_NAMES, engineEntry } from './engines/engines.ts';
import { baseImage } from './input-types/base-image.ts';
import { commandLine } from './input-types/command-line.ts';
import { fileMapping } from './input-types/file-mapping.ts';
import { imageName } from './input-types/image-name.ts';
import { keyValue } from './input-types/key-value.ts';
import { port } from './input-types/port.ts';
import { registryHost } from './input-types/registry-host.ts';
import { tagRule } from './tags/rule.ts';
import { TAG_TYPE_NAMES } from './tags/types.ts';

const engineTexts = ENGINE_NAMES.map((name) => `\`${name}\` ${engineEntry(name).describe}.`).join(' ');
const dockerfileEngines = ENGINE_NAMES.filter((name) => engineEntry(name).buildsFrom === 'Dockerfile').join(', ');
const tagTypes = TAG_TYPE_NAMES.map((name) => `\`type=${name}\``).join(', ');

export const contract = defineContract({
  name: 'build-image',
  description: 'Builds an image once, pushes it, and outputs the digest that the registry has.',
  branding: { icon: 'package', color: 'blue' },
  inputs: {
    image: required(lines(imageName), {
      description:
        'Repositories to push to, without a tag, one per line. The image is built to the first one; the others get a copy with the same digest.',
      example: 'ghcr.io/acme/shop',
    }),
    context: defaulted(inputPath, '.', {
      description: 'The folder to build, relative to the workspace.',
      example: 'services/shop',
    }),
    file: optional(inputPath, {
      description:
        'The Dockerfile, relative to the workspace. Default: `Dockerfile` in the context. Not for the engine `layers`.',
      example: 'services/shop/Dockerfile',
    }),
    engine: defaulted(choice('auto', ...ENGINE_NAMES), 'auto', {
      description: `What builds the image. ${engineTexts} \`auto\` is \`layers\` if \`files\` or \`base\` is given, else the first that works here: ${dockerfileEngines}.`,
      example: 'layers',
    }),
    tags: defaulted(lines(tagRule), 'type=ref,event=branch\ntype=ref,event=tag\ntype=ref,event=pr\ntype=sha', {
      description: `Tags, or rules in the grammar of docker/metadata-action: ${tagTypes}, with \`enable\`, \`priority\`, \`prefix\`, \`suffix\`, \`value\`, \`event\`, \`format\`, \`pattern\`. The tag with the highest priority is the version. \`latest\` is never added by itself.`,
      example: 'type=semver,pattern={{version}}',
    }),
    labels: optional(lines(keyValue), {
      description:
        'Labels, in addition to those of OCI: `created`, `revision`, `source` and `version`. A label here replaces an OCI label of the same name.',
      example: 'org.opencontainers.image.licenses=MIT',
    }),
    annotations: optional(lines(keyValue), {
      description:
        "Annotations of each platform's manifest. `layers` and `buildx` also set them on the index of several platforms. Not for the classic docker builder.",
      example: 'org.opencontainers.image.description=The shop',
    }),
    platforms: optional(list(platform), {
      description:
        "Platforms to build for. Several platforms make an index. Default: the engine's own platform; for `layers`, `linux/amd64`.",
      example: 'linux/amd64, linux/arm64',
    }),
    'build-args': optional(lines(keyValue), {
      description: 'Build arguments of the Dockerfile. Everybody can read them in the image: give no secrets here.',
      example: 'NODE_VERSION=24',
    }),
    target: optional(text, { description: 'The stage of the Dockerfile to build.', example: 'production' }),
    pull: defaulted(boolean, 'false', { description: 'Look for newer base images in the registry.', example: 'true' }),
    'no-cache': defaulted(boolean, 'false', { description: 'Build without the cache.', example: 'true' }),
    push: defaulted(boolean, 'true', {
      description:
        'Push the image. With `false`, the engine keeps it under all its tags, and there is no digest. Exceptions: `layers` computes the digest but keeps nothing, and buildx keeps nothing if there are several platforms.',
      example: 'false',
    }),
    base: optional(baseImage, {
      description:
        'Engine `layers`: the image to build on, by tag or digest, or `scratch`. Its layers are never unpacked.',
      example: 'gcr.io/distroless/nodejs24-debian13',
    }),
    files: optional(lines(fileMapping), {
      description:
        'Engine `layers`: the files of the image, one `source => /target [mode=0755] [owner=uid:gid]` a line. A folder gives its contents, without `.git` and what `.dockerignore` of the context excludes. Default owner: 0:0. Default mode: 0755 for executable files, else 0644.',
      example: 'dist => /app',
    }),
    entrypoint: optional(commandLine, {
      description:
        'Engine `layers`: the entry point, one argument per line or a JSON list. The `cmd` of the base is dropped.',
      example: '["node", "/app/server.js"]',
    }),
    cmd: optional(commandLine, {
      description: 'Engine `layers`: the default arguments, one per line or a JSON list.',
      example: '["--port", "8080"]',
    }),
    env: optional(lines(keyValue), {
      description:
        'Engine `layers`: environment variables. Everybody can read them in the image: give no secrets here.',
      example: 'NODE_ENV=production',
    }),
    user: optional(text, {
      description: 'Engine `layers`: the user, as `uid[:gid]` or as a name that the base defines.',
      example: '1000:1000',
    }),
    workdir: optional(text, { description: 'Engine `layers`: the working directory.', example: '/app' }),
    expose: optional(list(port), {
      description: 'Engine `layers`: the ports that the container listens on.',
      example: '8080',
    }),
    compression: defaulted(choice('gzip', 'zstd', 'none'), 'gzip', {
      description: 'Engine `layers`: the compression of the layer.',
      example: 'zstd',
    }),
    'registry-username': optional(text, {
      description:
        "User name for the registry of `image`. Default: the login in Docker's config.json (docker/login-action, credential helpers).",
      example: '${{ github.actor }}',
    }),
    'registry-password': optional(text, {
      description: 'Password or token of `registry-username`.',
      example: '${{ secrets.GITHUB_TOKEN }}',
      secret: true,
    }),
    'registry-ca': optional(text, {
      description:
        'PEM certificates of the authority of a private registry. They apply to `layers`, buildah, podman and the verification of the push; a docker daemon and its builders need their own configuration.',
      example: '${{ vars.REGISTRY_CA }}',
    }),
    'insecure-registries': optional(list(registryHost), {
      description:
        'Registries that may be used with plain HTTP or an untrusted certificate. Loopback always may. If a token server or storage on another host has an untrusted certificate, add that host too.',
      example: 'registry.internal:5000',
    }),
    retries: defaulted(integer({ min: 0, max: 20 }), '5', {
      description:
        'How many times a push or request is retried after 429, 5xx or a lost connection. Nothing is built again.',
      example: '2',
    }),
    'install-tools': defaulted(boolean, 'false', {
      description: `Install buildx ${TOOLS.buildx.version} if it is missing and \`engine\` is \`buildx\`, or if only the classic docker builder would work for \`auto\` or \`docker\`. Its SHA-256 is verified, and it stays in the runner's tool cache. Buildx also needs a docker daemon or another builder.`,
      example: 'true',
    }),
    'tools-mirror': optional(mirrorUrl, {
      description:
        "A mirror of `https://github.com` with the same paths, to install tools on runners that can't reach GitHub.",
      example: 'https://artifacts.example.com/github',
    }),
    'dry-run': defaulted(boolean, 'false', {
      description: 'Only report what would be built and pushed.',
      example: 'true',
    }),
  },
  outputs: {
    image: { description: '`repository@sha256:…`, for the first repository of `image`.' },
    reference: {
      description:
        '`repository:tag@sha256:…`, for bump-manifest-tag: it works for manifests with tags, digests or both.',
    },
    digest: {
      description: 'The digest of every tag in the registry; the digest of the index if there are several platforms.',
    },
    repository: {
      description:
        'The repository without its registry. Use it if the registry is a secret: the runner would mask the other outputs.',
    },
    tag: { description: 'The version: the tag with the highest priority.' },
    tags: { description: 'All references with their tags, one per line.' },
    labels: { description: 'All labels, one per line.' },
    annotations: { description: 'All annotations, one per line.' },
    'platform-digests': { description: 'JSON: platform → digest of its image.' },
    size: { description: 'Bytes of configs and compressed layers, each blob counted once.' },
    engine: { description: 'The engine that built the image.' },
  },
});
