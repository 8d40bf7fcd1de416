import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from '@jest/globals';
import { ROOT } from '../../scripts/actions.ts';
import { expectWithNote } from '../jest-support.ts';

const pages = globSync('{*.md,{docs,actions,examples,test}/**/*.md}', { cwd: ROOT });

/** The anchors that GitHub generates for the headings of a page. */
function anchors(page: string): string[] {
  const headings = [...readFileSync(page, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, text = '']) => text);
  return headings.map((text) =>
    text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test.each(pages)('the links of %s lead to existing files and headings', (page) => {
  for (const [, link = ''] of readFileSync(join(ROOT, page), 'utf8').matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? join(ROOT, page) : join(ROOT, dirname(page), path);
    expectWithNote(existsSync(target), link).toBeTruthy();
    if (anchor !== undefined) expectWithNote(anchors(target), link).toContain(anchor);
  }
});
