import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { run } from './run.ts';

/** An image of one program and nothing else. */
export interface ProgramImage {
  /** The program, statically linked; it lies at the root of the image under its own name. */
  readonly program: string;
  /** Its arguments. */
  readonly args?: readonly string[];
  /** More files: path in the image → content. */
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * Builds the image with buildah and copies it to `destination`, in buildah's notation of places (`docker://…`,
 * `docker-archive:…`). Returns the digest. All that buildah stores lies in `folder`.
 */
export async function pushImage(folder: string, image: ProgramImage, destination: string): Promise<string> {
  const work = mkdtempSync(join(folder, 'image-'));
  const context = join(work, 'context');
  const name = basename(image.program);
  mkdirSync(context);
  copyFileSync(image.program, join(context, name));
  const files = Object.entries(image.files ?? {});
  for (const [index, [, content]] of files.entries()) writeFileSync(join(context, `file-${index}`), content);
  const lines = [
    'FROM scratch',
    `COPY ${name} /${name}`,
    ...files.map(([path], index) => `COPY file-${index} ${path}`),
    `ENTRYPOINT ${JSON.stringify([`/${name}`, ...(image.args ?? [])])}`,
  ];
  writeFileSync(join(work, 'Containerfile'), `${lines.join('\n')}\n`);
  const storage = ['--root', join(work, 'root'), '--runroot', join(work, 'run'), '--storage-driver', 'vfs'];
  const buildah = (...args: string[]) => run('buildah', [...storage, ...args]);
  await buildah('build', '--isolation', 'chroot', '--tag', 'image', '--file', join(work, 'Containerfile'), context);
  await buildah('push', '--tls-verify=false', '--digestfile', join(work, 'digest'), 'image', destination);
  return readFileSync(join(work, 'digest'), 'utf8').trim();
}
