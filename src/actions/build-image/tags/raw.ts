import type { TagType } from './tag-type.ts';
import { fillTemplate } from './template.ts';

/** A fixed value: `type=raw,value=nightly`. */
export const raw: TagType = {
  priority: 200,
  attributes: ['value'],
  problem: ({ value }) => (value === undefined ? 'type=raw needs value=….' : undefined),
  prefix: () => '',
  tag: ({ value = '' }, git) => fillTemplate(value, git),
};
