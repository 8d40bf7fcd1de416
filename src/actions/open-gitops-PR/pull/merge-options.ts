import type { MergeMethod } from '../../../github/pull-requests/merge.ts';

/** How a pull request is merged. */
export interface MergeOptions {
  /** Who merges it: nobody that this run asks, GitHub as soon as its rules allow it (`auto`), or this run (`direct`). */
  readonly by: 'none' | 'auto' | 'direct';
  readonly method: MergeMethod;
  /** Whether this run waits until it is merged. */
  readonly wait: boolean;
  /** The longest wait, in ms. */
  readonly timeout: number;
}
