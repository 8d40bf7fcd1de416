import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Fault } from '../../fakes/faults.ts';
import { deployment, digestOf, REPOSITORY } from '../../fakes/kubernetes/workloads.ts';
import { expectWithNote } from '../../jest-support.ts';
import { ClusterHarness } from './harness.ts';

/** Something else than an API server answers: the kubeconfig names another address, or something stands in front of the server. */

let harness: ClusterHarness;
beforeEach(async () => {
  harness = await ClusterHarness.open();
  harness.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: digestOf('1') };
  harness.apply(deployment());
  await harness.pass(5000);
});
afterEach(() => harness.close());

type Answer = Omit<Extract<Fault, { kind: 'status' }>, 'kind'>;
const html = { 'content-type': 'text/html; charset=utf-8' };
const page = (title: string) =>
  `<!DOCTYPE html>\n<html lang="en"><head>\n<title>${title}</title></head><body>…</body></html>`;

const answers: Readonly<Record<string, readonly [answer: Answer, says: RegExp]>> = {
  'the web interface of Rancher': [
    { status: 200, headers: html, body: page('Rancher') },
    /sent a web page \("Rancher"\) with HTTP 200\.\n→ Set `server` .*\/k8s\/clusters\//,
  ],
  'a web page without a title': [{ status: 200, headers: html, body: '<html><body/></html>' }, /sent a web page with/],
  'a login page': [
    { status: 302, headers: { location: 'https://login.example/auth?state=s3cr3t' } },
    /sent a redirect to https:\/\/login\.example\/auth with HTTP 302/,
  ],
  'a login page with 401': [
    { status: 401, headers: html, body: page('Sign in') },
    /sent a web page \("Sign in"\) with HTTP 401/,
  ],
  'the page of a firewall': [
    { status: 403, headers: html, body: page('Access denied') },
    /sent a web page \("Access denied"\) with HTTP 403/,
  ],
  'the page of a web server': [
    { status: 404, headers: html, body: page('404 Not Found') },
    /sent a web page \("404 Not Found"\) with HTTP 404/,
  ],
  'a text': [
    { status: 200, headers: { 'content-type': 'text/plain' }, body: 'default backend' },
    /sent text that is not JSON \("default backend"\)/,
  ],
  nothing: [{ status: 200, body: '' }, /sent an empty answer with HTTP 200/],
  'the JSON of another server': [
    { status: 200, body: '{"type":"collection","data":[]}' },
    /sent JSON that is no list of Kubernetes objects \(\{"type":"collection","data":\[\]\}\)/,
  ],
  'an empty JSON object': [{ status: 200, body: '{}' }, /sent JSON that is no list of Kubernetes objects \(\{\}\)/],
};

describe('wait-for-rollout, a server that is no API server', () => {
  it.each(Object.entries(answers))('says so if it sends %s', async (_what, [answer, says]) => {
    harness.kubernetes.faults.inject(/./, { kind: 'status', ...answer }, 1000);
    const { exitCode, error, log, elapsed } = await harness.wait({ resources: 'deployment/shop' });
    expect(exitCode).toBe(1);
    expectWithNote(error, error).toMatch(says);
    expect(error).toMatch(/^127\.0\.0\.1:\d+ is not an API server, or something in front of it answers: to list /);
    expect(log.join('\n')).not.toMatch(/s3cr3t/);
    expectWithNote(elapsed, error).toBeLessThan(5000);
  });

  it('waits on if a proxy shows a page for a while', async () => {
    harness.images[`${REPOSITORY}:v2`] = { kind: 'serves', digest: digestOf('2'), readyAfterMs: 20_000 };
    harness.apply(deployment({ image: `${REPOSITORY}:v2` }));
    harness.after(2000, () => {
      harness.kubernetes.faults.inject(/GET/, { kind: 'status', status: 200, headers: html, body: page('Wait') }, 6);
      harness.kubernetes.cutWatches();
    });
    const { exitCode, error } = await harness.wait({ resources: 'deployment/shop', timeout: '5m' });
    expectWithNote(exitCode, error).toBe(0);
  });
});
