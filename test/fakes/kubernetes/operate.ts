import type { ServerResponse } from 'node:http';
import { parseJson } from '../../../src/json/json.ts';
import { sendJson } from './http.ts';
import { listPage } from './list.ts';
import type { ObjectStore } from './store.ts';
import type { Target } from './target.ts';
import { create, patch, readBody, remove, update } from './verbs.ts';

/** Reads or writes an object or a collection. */
export async function operate(
  store: ObjectStore,
  verb: string,
  target: Target,
  sent: { readonly text: string; readonly query: URLSearchParams; readonly contentType: string },
  response: ServerResponse,
): Promise<void> {
  const { type, namespace, name } = target;
  switch (verb) {
    case 'list':
      return sendJson(response, 200, listPage(store, type, namespace, sent.query));
    case 'get':
      return sendJson(response, 200, store.get(type, namespace, name));
    case 'create':
      return sendJson(response, 201, create(store, target, readBody(sent.text, sent.contentType)));
    case 'update':
      return sendJson(response, 200, update(store, target, readBody(sent.text, sent.contentType)));
    case 'patch': {
      const { object, isNew } = await patch(store, target, sent);
      return sendJson(response, isNew ? 201 : 200, object);
    }
    case 'delete':
      return sendJson(response, 200, remove(store, target, parseJson(sent.text)));
  }
}
