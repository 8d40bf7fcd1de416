import { describe, expect, it } from '@jest/globals';
import { hasPlaceholder } from '../../../../src/actions/canary-gate/metric/placeholder.ts';

describe('the placeholder {{ arm }}', () => {
  it('has two braces on each side, with or without spaces inside', () => {
    expect(hasPlaceholder('a{t="{{  arm }}"}') && !hasPlaceholder('a{t="{arm}"}')).toBeTruthy();
    expect(hasPlaceholder('a{t="{{arm}}"}')).toBeTruthy();
  });
});
