import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { isObject, objectAt, parseJson, stringAt } from '../../../src/json/json.ts';

/** One operation of GitHub's REST API with the shapes that GitHub publishes for it. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  /** Matches the whole path; groups are named after the path's parameters. */
  readonly pattern: RegExp;
  /** What is wrong with a request; `undefined` when it fits. */
  readonly requestProblem: (query: URLSearchParams, body: unknown) => string | undefined;
  readonly responseProblem: (status: number, body: unknown) => string | undefined;
}

const published = parseJson(readFileSync(new URL('../../fixtures/github-openapi.json', import.meta.url), 'utf8'));

/** The extracted OpenAPI description as operations that can be matched and held against. */
export function loadOperations(): readonly Operation[] {
  loaded ??= compileAll();
  return loaded;
}

/** Compiling takes longer than a test does: it is done once in a process. */
let loaded: readonly Operation[] | undefined;

function compileAll(): readonly Operation[] {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: 'github', schemas: objectAt(published, 'schemas') ?? {} });
  return Object.entries(objectAt(published, 'operations') ?? {}).map(([id, operation]) => compile(ajv, id, operation));
}

function compile(ajv: Ajv, id: string, operation: unknown): Operation {
  const shapes = new Map<string, ValidateFunction>();
  const check = (schema: unknown, value: unknown): string | undefined => {
    const key = JSON.stringify(schema);
    const validate = shapes.get(key) ?? ajv.compile(parsedSchema(key));
    shapes.set(key, validate);
    return validate(value) ? undefined : ajv.errorsText(validate.errors);
  };
  const query = objectAt(operation, 'query') ?? {};
  const request = isObject(operation) ? operation['request'] : undefined;
  const responses = objectAt(operation, 'responses') ?? {};
  return {
    id,
    method: stringAt(operation, 'method') ?? '',
    pattern: pattern(stringAt(operation, 'path') ?? ''),
    requestProblem(given, body) {
      for (const [name, text] of given) {
        if (!Object.hasOwn(query, name)) return `${id} has no query parameter "${name}"`;
        // A query holds text only; digits may stand for a number.
        const problem = check(query[name], text);
        if (problem !== undefined && (!/^\d+$/.test(text) || check(query[name], Number(text)) !== undefined))
          return `query parameter "${name}": ${problem}`;
      }
      if (body === undefined) return undefined;
      if (request === undefined) return `${id} takes no body`;
      const known = Object.keys(objectAt(request, 'properties') ?? {});
      const strange =
        known.length === 0 ? [] : Object.keys(isObject(body) ? body : {}).filter((k) => !known.includes(k));
      return strange.length > 0 ? `${id} has no property ${strange.join(', ')}` : check(request, body);
    },
    responseProblem(status, body) {
      const shape = responses[String(status)];
      // What any operation may answer is published with some of them only.
      if (shape === undefined) return status >= 400 ? undefined : `${id} never answers ${status}`;
      return shape === true ? undefined : check(shape, body);
    },
  };
}

function parsedSchema(key: string): object {
  const schema = parseJson(key.replaceAll('"#/schemas/', '"github#/schemas/'));
  if (!isObject(schema)) throw new Error(`not a schema: ${key}`);
  return schema;
}

/** `/repos/{owner}/{repo}/git/ref/{ref}`: the last parameter of these may hold slashes. */
function pattern(path: string): RegExp {
  const source = path.replace(/\{([a-z_]+)\}/g, (_, name: string) =>
    ['ref', 'path', 'basehead'].includes(name) ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`,
  );
  return new RegExp(`^${source}$`);
}
