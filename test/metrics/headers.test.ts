import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Misfit } from '../../src/action/kinds.ts';
import { isCredential, requestHeader } from '../../src/metrics/headers.ts';

describe('request header', () => {
  it('is a name and a value', () => {
    assert.deepEqual(requestHeader.parse('X-Scope-OrgID: team-a'), ['X-Scope-OrgID', 'team-a']);
    assert.deepEqual(requestHeader.parse('X-Time:12:30'), ['X-Time', '12:30']);
  });

  for (const value of ['X-Scope-OrgID', 'a b: c', 'Name: ünïcode', ': value'])
    it(`is not "${value}"`, () => assert.throws(() => requestHeader.parse(value), Misfit));

  it('is a credential where its name says so', () => {
    assert.ok(isCredential('Authorization') && isCredential('X-API-Key') && isCredential('Cookie'));
    assert.ok(!isCredential('X-Scope-OrgID'));
  });
});
