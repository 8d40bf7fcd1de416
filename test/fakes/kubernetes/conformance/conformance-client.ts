import { expect } from '@jest/globals';
import { numberAt, stringAt } from '../../../../src/json/json.ts';
import { expectWithNote } from '../../../jest-support.ts';
import { Watch } from './watch.ts';

/** A Kubernetes API that answers over plain HTTP without a login, prepared for the conformance tests. */
export interface ApiUnderTest {
  readonly url: string;
  /** An empty namespace. */
  readonly namespace: string;
  /** Path of a collection, and a resourceVersion that is too old for a watch of it. */
  readonly expired: { readonly path: string; readonly resourceVersion: string };
  /** A pod in the namespace whose container `app` has written the lines `one`, `two`, `three`. */
  readonly logPod: string;
  readonly close: () => Promise<void>;
}

/** A response; `body` is undefined unless it is JSON. */
export interface ApiResponse {
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
}

const JSON_TYPE = 'application/json';
export const MERGE_PATCH = 'application/merge-patch+json';

/** Sends the requests of the conformance tests. */
export class ConformanceClient {
  readonly url: string;
  readonly namespace: string;
  readonly expired: ApiUnderTest['expired'];
  readonly logPod: string;
  /** Path of the ConfigMaps of the namespace. */
  readonly configMaps: string;

  constructor({ url, namespace, expired, logPod }: ApiUnderTest) {
    this.url = url;
    this.namespace = namespace;
    this.expired = expired;
    this.logPod = logPod;
    this.configMaps = `/api/v1/namespaces/${namespace}/configmaps`;
  }

  async request(method: string, path: string, body?: unknown, type = JSON_TYPE): Promise<ApiResponse> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { Accept: JSON_TYPE, 'Content-Type': type },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith(JSON_TYPE) ?? false;
    return { status: response.status, text, body: isJson ? JSON.parse(text) : undefined };
  }

  /** Creates a ConfigMap and returns it. */
  async create(
    name: string,
    labels: Readonly<Record<string, string>> = {},
    data: Readonly<Record<string, string>> = {},
  ): Promise<unknown> {
    const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data };
    const response = await this.request('POST', this.configMaps, configMap);
    expectWithNote(response.status, response.text).toBe(201);
    return response.body;
  }

  /** Patches a ConfigMap. */
  patch(name: string, body: unknown, type = MERGE_PATCH, query = ''): Promise<ApiResponse> {
    return this.request('PATCH', `${this.configMaps}/${name}${query}`, body, type);
  }

  /** Starts a watch. */
  watch(path: string): Watch {
    return new Watch(`${this.url}${path}`);
  }
}

/** Expects a failure in Kubernetes' form. */
export function expectRefusal(response: ApiResponse, status: number, reason: string, message: RegExp): void {
  expectWithNote(response.status, response.text).toBe(status);
  expect(stringAt(response.body, 'kind')).toBe('Status');
  expect(stringAt(response.body, 'status')).toBe('Failure');
  expect(numberAt(response.body, 'code')).toBe(status);
  expect(stringAt(response.body, 'reason')).toBe(reason);
  expect(stringAt(response.body, 'message') ?? '').toMatch(message);
}
