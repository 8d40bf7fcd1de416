import { readTextFile, UnusableFile } from './regular-file.ts';

/** Reads an ignore or attributes file; `undefined` if it doesn't exist or is a symbolic link, which Git doesn't follow either. */
export function readRulesFile(file: string): string | undefined {
  try {
    return readTextFile(file, { links: 'refuse' });
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : '';
    if (thrown instanceof UnusableFile || code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw thrown;
  }
}
