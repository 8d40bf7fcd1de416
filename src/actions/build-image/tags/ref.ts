import type { TagType } from './tag-type.ts';

const EVENTS = ['branch', 'tag', 'pr'];

/** The branch, the Git tag or the pull request: `type=ref,event=branch` gives `main`. */
export const ref: TagType = {
  priority: 600,
  attributes: ['event'],
  problem: ({ event = '' }) =>
    EVENTS.includes(event) ? undefined : 'type=ref needs event=branch, event=tag or event=pr.',
  prefix: ({ event }) => (event === 'pr' ? 'pr-' : ''),
  tag({ event }, git) {
    if (event === 'pr') return git.pullRequest;
    return event === 'tag' ? git.tag : git.branch;
  },
};
