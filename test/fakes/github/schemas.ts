import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { isObject, objectAt, parseJson, stringAt } from '../../../src/json/json.ts';

/** One operation of GitHub's REST API, with its published schemas. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  /** Matches the whole path. Its groups have the names of the path parameters. */
  readonly pattern: RegExp;
  /** What is wrong with a request; `undefined` if it is valid. */
  readonly requestProblem: (query: URLSearchParams, body: unknown) => string | undefined;
  readonly responseProblem: (status: number, body: unknown) => string | undefined;
}

const published = parseJson(readFileSync(new URL('../../fixtures/github-openapi.json', import.meta.url), 'utf8'));

/** The operations of GitHub's published OpenAPI description (an extract). */
export function loadOperations(): readonly Operation[] {
  loaded ??= compileAll();
  return loaded;
}

/** Compiling takes longer than a test, so it is done once per process. */
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
        // Query values are text; digits may mean a number.
        const problem = check(query[name], text);
        if (problem !== undefined && (!/^\d+$/.test(text) || check(query[name], Number(text)) !== undefined))
          return `query parameter "${name}": ${problem}`;
      }
      if (body === undefined) return undefined;
      if (request === undefined) return `${id} takes no body`;
      const known = Object.keys(objectAt(request, 'properties') ?? {});
      const unknown =
        known.length === 0 ? [] : Object.keys(isObject(body) ? body : {}).filter((k) => !known.includes(k));
      return unknown.length > 0 ? `${id} has no property ${unknown.join(', ')}` : check(request, body);
    },
    responseProblem(status, body) {
      const shape = responses[String(status)];
      // Common error responses are only published for some operations.
      if (shape === undefined) return status >= 400 ? undefined : `${id} has no response ${status}`;
      return shape === true ? undefined : check(shape, body);
    },
  };
}

function parsedSchema(key: string): object {
  const schema = parseJson(key.replaceAll('"#/schemas/', '"github#/schemas/'));
  if (!isObject(schema)) throw new Error(`not a schema: ${key}`);
  return schema;
}

/** `/repos/{owner}/{repo}/git/ref/{ref}`: some parameters may contain slashes. */
function pattern(path: string): RegExp {
  const source = path.replace(/\{([a-z_]+)\}/g, (_, name: string) =>
    ['ref', 'path', 'basehead'].includes(name) ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`,
  );
  return new RegExp(`^${source}$`);
}
