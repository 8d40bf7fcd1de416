import { describe, expect, it } from '@jest/globals';
import { dateTime } from '../../../../src/actions/canary-gate/input-types/date-time.ts';
import { InvalidInput } from '../../../../src/core/input-types.ts';
import { errorLike } from '../../../jest-support.ts';

describe('a date and time', () => {
  it('is RFC 3339 or seconds since the epoch', () => {
    expect(dateTime.parse('2026-03-01T14:00:00Z')).toBe(Date.UTC(2026, 2, 1, 14));
    expect(dateTime.parse('2026-03-01T14:00+02:00')).toBe(Date.UTC(2026, 2, 1, 12));
    expect(dateTime.parse('1767225600.5')).toBe(1767225600500);
  });

  it.each([
    ['2026-03-01T14:00:00', /zone.*14:00:00Z/],
    ['2026-13-01T14:00:00Z', /^$/],
    ['yesterday', /^$/],
    ['2026', /^$/],
  ] as const)("can't be %s", (value, hint) =>
    expect(() => dateTime.parse(value)).toThrow(
      errorLike((thrown) => thrown instanceof InvalidInput && hint.test(thrown.message)),
    ),
  );
});
