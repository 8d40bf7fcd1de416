import { defaulted, defineContract, optional, required } from '../../core/contract.ts';
import { boolean, choice, integer, lines, list, text } from '../../core/input-types.ts';
import { platform } from '../../image/platform.ts';
import { mirrorUrl } from '../../tools/mirror.ts';
import { TOOLS } from '../../tools/tools.ts';
import { baseImage, commandLine, fileMapping, imageName, keyValue, port, registryHost } from './input-types.ts';
import { tagRule } from './tags/rule.ts';

export const contract = defineContract({
  name: 'build-image',
  description: 'Builds an image once, pushes it, and tells the digest that the registry really has.',
  branding: { icon: 'package', color: 'blue' },
  inputs: {
    image: required(lines(imageName), {
      description:
        'Repositories to push to, without a tag, a line each. The first is built to; the others get the same digest.',
      example: 'ghcr.io/acme/shop',
    }),
    context: defaulted(text, '.', {
      description: 'The folder that is built, in the checkout.',
      example: 'services/shop',
    }),
    file: optional(text, {
      description:
        'The Dockerfile, as a path in the checkout; default `Dockerfile` in the context. Not for the engine `layers`.',
      example: 'services/shop/Dockerfile',
    }),
    engine: defaulted(choice('auto', 'layers', 'buildx', 'docker', 'buildah', 'podman'), 'auto', {
      description:
        'What builds. `layers` needs no daemon and no Dockerfile: it puts `files` on `base`. `docker` is buildx where it is installed, else the classic builder. `auto` takes `layers` where `files` or `base` is given, else the first that works of buildx, buildah, podman, docker.',
      example: 'layers',
    }),
    tags: defaulted(lines(tagRule), 'type=ref,event=branch\ntype=ref,event=tag\ntype=ref,event=pr\ntype=sha', {
      description:
        'Tags, or rules in the grammar of docker/metadata-action: `type=raw`, `type=sha`, `type=ref`, `type=semver`, with `enable`, `priority`, `prefix`, `suffix`, `value`, `event`, `format`, `pattern`. The one of highest priority is the version. There is no implicit `latest`.',
      example: 'type=semver,pattern={{version}}',
    }),
    labels: optional(lines(keyValue), {
      description: 'Labels beside the OCI ones (`created`, `revision`, `source`, `version`), which they may replace.',
      example: 'org.opencontainers.image.licenses=MIT',
    }),
    annotations: optional(lines(keyValue), {
      description:
        'Annotations of the manifest of each platform; `layers` and `buildx` also set them on the index of several. Not for the classic docker builder.',
      example: 'org.opencontainers.image.description=The shop',
    }),
    platforms: optional(list(platform), {
      description:
        'Platforms to build for; several make an index. Default: that of the engine, `linux/amd64` for `layers`.',
      example: 'linux/amd64, linux/arm64',
    }),
    'build-args': optional(lines(keyValue), {
      description: 'Build arguments of the Dockerfile. They can be read in the image: no secrets here.',
      example: 'NODE_VERSION=24',
    }),
    target: optional(text, { description: 'The stage of the Dockerfile to build.', example: 'production' }),
    pull: defaulted(boolean, 'false', { description: 'Ask the registry for newer base images.', example: 'true' }),
    'no-cache': defaulted(boolean, 'false', { description: 'Build every step anew.', example: 'true' }),
    push: defaulted(boolean, 'true', {
      description:
        'Push. Without it the engine keeps the image under all its tags, and there is no digest to give. `layers` computes the digest and keeps nothing; nor does buildx keep several platforms.',
      example: 'false',
    }),
    base: optional(baseImage, {
      description:
        'Engine `layers`: the image to build on, by tag or digest, or `scratch`. Its layers are never unpacked.',
      example: 'gcr.io/distroless/nodejs24-debian13',
    }),
    files: optional(lines(fileMapping), {
      description:
        'Engine `layers`: what goes into the image, a line each: `source => /target [mode=0755] [owner=uid:gid]`. A folder gives its contents, without `.git`; a `.dockerignore` is not read. Without an owner it is 0:0; without a mode 0755 for what is executable, else 0644.',
      example: 'dist => /app',
    }),
    entrypoint: optional(commandLine, {
      description:
        'Engine `layers`: the entry point, one argument a line or a JSON list. It drops the cmd of the base.',
      example: '["node", "/app/server.js"]',
    }),
    cmd: optional(commandLine, {
      description: 'Engine `layers`: the default arguments, one a line or a JSON list.',
      example: '["--port", "8080"]',
    }),
    env: optional(lines(keyValue), {
      description: 'Engine `layers`: environment variables. They can be read in the image: no secrets here.',
      example: 'NODE_ENV=production',
    }),
    user: optional(text, {
      description: 'Engine `layers`: the user, `uid[:gid]` or a name that the base knows.',
      example: '1000:1000',
    }),
    workdir: optional(text, { description: 'Engine `layers`: the working directory.', example: '/app' }),
    expose: optional(list(port), { description: 'Engine `layers`: the ports that it listens on.', example: '8080' }),
    compression: defaulted(choice('gzip', 'zstd', 'none'), 'gzip', {
      description: 'Engine `layers`: how the layer is compressed.',
      example: 'zstd',
    }),
    'registry-username': optional(text, {
      description:
        "The login for the registry of `image`. Default: what Docker's config.json holds (docker/login-action, credential helpers).",
      example: '${{ github.actor }}',
    }),
    'registry-password': optional(text, {
      description: 'The password or token of `registry-username`.',
      example: '${{ secrets.GITHUB_TOKEN }}',
      secret: true,
    }),
    'registry-ca': optional(text, {
      description:
        'PEM certificate(s) of the authority of a private registry. A docker daemon and its builders have settings of their own for it.',
      example: '${{ vars.REGISTRY_CA }}',
    }),
    'insecure-registries': optional(list(registryHost), {
      description:
        'Registries that may be spoken to without TLS or with any certificate; loopback always may. A token server or storage on another host is named here as well where that holds for it too.',
      example: 'registry.internal:5000',
    }),
    retries: defaulted(integer({ min: 0, max: 20 }), '5', {
      description:
        'How often a push or request is tried again after 429, 5xx or a lost connection. Nothing is built again for it.',
      example: '2',
    }),
    'install-tools': defaulted(boolean, 'false', {
      description: `Bring buildx ${TOOLS.buildx.version} where it is missing and \`engine\` is \`buildx\`, or is \`auto\` or \`docker\` and only the classic docker builder would be left. Its SHA-256 is checked, and it is kept in the runner's tool cache. It needs a docker daemon or another builder all the same.`,
      example: 'true',
    }),
    'tools-mirror': optional(mirrorUrl, {
      description:
        'URL that stands for `https://github.com` where a tool is brought: a mirror with the same paths, for runners that do not reach GitHub.',
      example: 'https://artifacts.example.com/github',
    }),
    'dry-run': defaulted(boolean, 'false', {
      description: 'Say what would be built and pushed, and do nothing.',
      example: 'true',
    }),
  },
  outputs: {
    image: { description: '`repository@sha256:…`, the first of `image`.' },
    reference: {
      description:
        '`repository:tag@sha256:…`: what bump-manifest-tag takes, whether a manifest names tags, digests or both.',
    },
    digest: {
      description: 'The digest that the registry has under every tag: of the index where there are several platforms.',
    },
    repository: {
      description:
        'The repository without its registry: survives where the registry is a secret that the runner masks.',
    },
    tag: { description: 'The version: the tag of highest priority.' },
    tags: { description: 'All references with their tags, a line each.' },
    labels: { description: 'All labels, a line each.' },
    annotations: { description: 'All annotations, a line each.' },
    'platform-digests': { description: 'JSON: platform → digest of its image.' },
    size: { description: 'Bytes of configs and compressed layers, each blob once.' },
    engine: { description: 'The engine that built.' },
  },
});
