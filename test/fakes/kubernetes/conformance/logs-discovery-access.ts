import { expect, it } from '@jest/globals';
import { at, listAt, stringAt } from '../../../../src/json/json.ts';
import { type ConformanceClient, expectRefusal } from './conformance-client.ts';

/** Tests of logs, discovery and access reviews. */
export function testLogsDiscoveryAndAccess(open: () => ConformanceClient): void {
  it('SelfSubjectRulesReview lists the permissions in a namespace', async () => {
    const api = open();
    const apiVersion = 'authorization.k8s.io/v1';
    const { status, body } = await api.request('POST', `/apis/${apiVersion}/selfsubjectrulesreviews`, {
      apiVersion,
      kind: 'SelfSubjectRulesReview',
      spec: { namespace: api.namespace },
    });
    expect(status).toBe(201);
    const [rule] = listAt(body, 'status', 'resourceRules').filter((each) => listAt(each, 'verbs').includes('*'));
    expect([listAt(rule, 'apiGroups'), listAt(rule, 'resources')]).toStrictEqual([['*'], ['*']]);
  });

  it('returns the last lines of a log, and rejects a wrong container', async () => {
    const api = open();
    const log = `/api/v1/namespaces/${api.namespace}/pods/${api.logPod}/log`;
    expect((await api.request('GET', `${log}?container=app&tailLines=2`)).text).toBe('two\nthree\n');
    expect((await api.request('GET', `${log}?container=app`)).text).toBe('one\ntwo\nthree\n');
    const wrong = await api.request('GET', `${log}?container=nobody`);
    expectRefusal(wrong, 400, 'BadRequest', /container nobody is not valid for pod /);
    const before = await api.request('GET', `${log}?container=app&previous=true`);
    expectRefusal(before, 400, 'BadRequest', /previous terminated container "app" in pod ".*" not found/);
  });

  it('discovery lists the groups, resources and version', async () => {
    const api = open();
    const { body } = await api.request('GET', '/apis/apps/v1');
    expect(stringAt(body, 'kind')).toBe('APIResourceList');
    const resource = listAt(body, 'resources').find((one) => stringAt(one, 'name') === 'deployments');
    expect(stringAt(resource, 'kind')).toBe('Deployment');
    expect(at(resource, 'namespaced')).toBe(true);
    expect(listAt(resource, 'verbs')).toContain('watch');
    const groups = await api.request('GET', '/apis');
    expect(listAt(groups.body, 'groups').some((group) => stringAt(group, 'name') === 'apps')).toBeTruthy();
    expect(stringAt((await api.request('GET', '/version')).body, 'gitVersion') ?? '').toMatch(/^v\d+\.\d+/);
  });

  it('SelfSubjectAccessReview answers whether one request is allowed', async () => {
    const api = open();
    const attributes = { namespace: api.namespace, verb: 'list', resource: 'pods' };
    const { status, body } = await api.request('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: attributes },
    });
    expect(status).toBe(201);
    expect(at(body, 'status', 'allowed')).toBe(true);
  });
}
