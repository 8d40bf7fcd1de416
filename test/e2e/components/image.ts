import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { run } from './run.ts';

/** Content of an image that is built from scratch. */
export interface ImageContent {
  /** Path in the image → a file of this machine, or text. */
  readonly files: Readonly<Record<string, { readonly from: string } | { readonly text: string }>>;
  readonly entrypoint?: readonly string[];
}

/** An image that contains only one statically linked program, in the image's root folder. */
export function programImage(program: string, ...args: readonly string[]): ImageContent {
  const path = `/${basename(program)}`;
  return { files: { [path]: { from: program } }, entrypoint: [path, ...args] };
}

/**
 * An image with this process's Node and the libraries that it needs. It replaces `FROM node` on a machine that can't reach a
 * registry of base images. It has the user `node` (1000).
 */
export async function nodeImage(): Promise<ImageContent> {
  const libraries = (await run('ldd', [process.execPath])).matchAll(/(\/\S+) \(0x/g);
  return {
    files: {
      '/usr/local/bin/node': { from: process.execPath },
      ...Object.fromEntries([...libraries].map(([, path = '']) => [path, { from: path }])),
      '/etc/passwd': { text: 'root:x:0:0::/:\nnode:x:1000:1000::/home/node:\n' },
      '/etc/group': { text: 'root:x:0:\nnode:x:1000:\n' },
    },
  };
}

/**
 * Builds the image with buildah, copies it to `destination` (`docker://…`, `docker-archive:…`) and returns the digest. buildah
 * keeps its storage in `folder`.
 */
export async function pushImage(folder: string, image: ImageContent, destination: string): Promise<string> {
  const work = mkdtempSync(join(folder, 'image-'));
  const context = join(work, 'context');
  mkdirSync(context);
  const lines = ['FROM scratch'];
  for (const [path, content] of Object.entries(image.files)) {
    const name = `file-${lines.length}`;
    if ('from' in content) copyFileSync(content.from, join(context, name));
    else writeFileSync(join(context, name), content.text);
    lines.push(`COPY ${name} ${path}`);
  }
  if (image.entrypoint !== undefined) lines.push(`ENTRYPOINT ${JSON.stringify(image.entrypoint)}`);
  writeFileSync(join(work, 'Containerfile'), `${lines.join('\n')}\n`);
  const storage = ['--root', join(work, 'root'), '--runroot', join(work, 'run'), '--storage-driver', 'vfs'];
  const buildah = (...args: string[]) => run('buildah', [...storage, ...args]);
  await buildah('build', '--isolation', 'chroot', '--tag', 'image', '--file', join(work, 'Containerfile'), context);
  await buildah('push', '--tls-verify=false', '--digestfile', join(work, 'digest'), 'image', destination);
  return readFileSync(join(work, 'digest'), 'utf8').trim();
}
