import { type InputType, InvalidInput } from '../../../core/input-types.ts';

/** A point in time, in ms since the epoch. */
export const dateTime: InputType<number> = {
  expects: 'a time such as 2026-03-01T14:00:00Z (RFC 3339, with a time zone) or seconds since the epoch',
  parse(value) {
    if (/^\d{9,11}(\.\d+)?$/.test(value)) return Math.round(Number(value) * 1000);
    if (/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(value))
      throw new InvalidInput(`Add the time zone: "${value}Z"?`);
    const time = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)$/.test(value)
      ? Date.parse(value)
      : Number.NaN;
    if (Number.isNaN(time)) throw new InvalidInput('');
    return time;
  },
};
