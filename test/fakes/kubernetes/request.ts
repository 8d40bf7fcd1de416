import { stringAt } from '../../../src/json/json.ts';
import type { FakeKubernetes } from './server.ts';

export const authorized = { authorization: 'Bearer good-token' };

/** Sends a request as JSON. */
export async function request(
  fake: FakeKubernetes,
  method: string,
  path: string,
  sent?: unknown,
  headers: Record<string, string> = authorized,
) {
  const response = await fetch(`${fake.url}${path}`, {
    method,
    headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
    ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  const body: unknown = isJson ? JSON.parse(text) : text;
  return { status: response.status, body, message: stringAt(body, 'message') ?? text };
}

const labels = { app: 'shop' };
export const deployment = (image = 'shop:1', name = 'shop') => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'staging' },
  spec: {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'app', image }] } },
  },
});
export const deployments = '/apis/apps/v1/namespaces/staging/deployments';
export const pod = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'staging' },
  spec: { containers: [{ name: 'app', image: 'shop:1' }], ...more },
});
