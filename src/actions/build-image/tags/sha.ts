import type { TagType } from './tag-type.ts';

/** The commit: `type=sha` gives `sha-43591c2`. */
export const sha: TagType = {
  priority: 100,
  attributes: ['format'],
  problem: ({ format = 'short' }) => (['short', 'long'].includes(format) ? undefined : 'format must be short or long.'),
  prefix: () => 'sha-',
  tag: ({ format }, git) => (format === 'long' ? git.sha : git.sha.slice(0, 7)),
};
