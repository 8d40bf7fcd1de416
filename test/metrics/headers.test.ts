import { describe, expect, it } from '@jest/globals';
import { InvalidInput } from '../../src/core/input-types.ts';
import { requestHeader, secretsInHeaders } from '../../src/metrics/headers.ts';

describe('request header', () => {
  it('has a name and a value', () => {
    expect(requestHeader.parse('X-Scope-OrgID: team-a')).toStrictEqual(['X-Scope-OrgID', 'team-a']);
    expect(requestHeader.parse('X-Time:12:30')).toStrictEqual(['X-Time', '12:30']);
  });

  it.each(['X-Scope-OrgID', 'a b: c', 'Name: ünïcode', ': value'])('rejects "%s"', (value) =>
    expect(() => requestHeader.parse(value)).toThrow(InvalidInput),
  );

  it.each([
    ['Authorization: Bearer t0ken-value', 'Bearer t0ken-value', 't0ken-value'],
    ['X-API-Key: k3y-value', 'k3y-value', 'k3y-value'],
    ['Cookie: session=abc', 'session=abc', 'session=abc'],
    ['CF-Access-Client-Id: abc.access', 'abc.access', 'abc.access'],
    ['X-Company-Ticket:t1cket', 't1cket', 't1cket'],
    ['t0ken-value'],
  ])('is secret unless its name is known to be public: %s', (line, ...secrets) =>
    expect(secretsInHeaders(`X-Scope-OrgID: team-a\r\n${line}\nAccept: text/plain`)).toStrictEqual(
      secrets.length > 0 ? secrets : [line],
    ),
  );

  it.each(['X-Scope-OrgID: team-a', 'thanos-tenant: team-a', 'User-Agent: gate', 'X-Request-Id: 7', ''])(
    'stays readable if it only chooses something: %s',
    (line) => expect(secretsInHeaders(line).join('')).toBe(''),
  );
});
