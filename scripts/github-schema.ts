/**
 * Extracts the schemas of the GitHub operations that this repository uses, without their prose. The GitHub fake validates every request
 * and response against them. The published packages are too large to be dependencies, so this script installs them into a temporary
 * folder:
 *
 *     node scripts/github-schema.ts
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kind as AstKind, type DefinitionNode, type ObjectTypeDefinitionNode, parse, print, visit } from 'graphql';
import { at, isObject, listAt, objectAt, parseJson, stringAt } from '../src/json/json.ts';
import { runProgram } from '../src/program/run.ts';

const OPENAPI = '@octokit/openapi@23.0.2';
const GRAPHQL = '@octokit/graphql-schema@15.26.1';
const FIXTURES = new URL('../test/fixtures/', import.meta.url);

/** `operationId`s of the REST API that the GitHub fake implements. */
const OPERATIONS = [
  'apps/create-installation-access-token',
  'apps/get-repo-installation',
  'checks/list-for-ref',
  'git/create-blob',
  'git/create-commit',
  'git/create-ref',
  'git/create-tree',
  'git/delete-ref',
  'git/get-blob',
  'git/get-commit',
  'git/get-ref',
  'git/get-tree',
  'git/list-matching-refs',
  'git/update-ref',
  'issues/add-assignees',
  'issues/add-labels',
  'issues/check-user-can-be-assigned',
  'issues/create-comment',
  'issues/remove-label',
  'pulls/create',
  'pulls/get',
  'pulls/list',
  'pulls/list-commits',
  'pulls/list-files',
  'pulls/list-reviews',
  'pulls/merge',
  'pulls/request-reviewers',
  'pulls/update',
  'repos/compare-commits-with-basehead',
  'repos/get',
  'repos/get-content',
];

/** Fields of the GraphQL API that the GitHub fake implements; input types and enumerations are kept whole. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Query: ['id', 'repository', 'node'],
  Mutation: ['createCommitOnBranch', 'updateRefs', 'enablePullRequestAutoMerge', 'mergePullRequest'],
  Repository: ['id', 'nameWithOwner', 'object', 'ref', 'pullRequest'],
  Commit: ['id', 'oid', 'url', 'message', 'file', 'signature'],
  GitSignature: ['isValid', 'wasSignedByGitHub'],
  GpgSignature: ['isValid', 'wasSignedByGitHub'],
  GitObject: ['id', 'oid'],
  Tree: ['id', 'oid', 'entries'],
  TreeEntry: ['name', 'path', 'mode', 'oid', 'type', 'object'],
  Blob: ['id', 'oid', 'byteSize', 'isBinary', 'isTruncated', 'text'],
  Ref: ['id', 'name', 'prefix', 'target'],
  Node: ['id'],
  PullRequest: ['id', 'number', 'state', 'merged', 'headRefOid', 'mergeStateStatus', 'autoMergeRequest', 'mergeCommit'],
  AutoMergeRequest: ['enabledAt', 'mergeMethod'],
  CreateCommitOnBranchPayload: ['clientMutationId', 'commit', 'ref'],
  UpdateRefsPayload: ['clientMutationId'],
  EnablePullRequestAutoMergePayload: ['clientMutationId', 'pullRequest'],
  MergePullRequestPayload: ['clientMutationId', 'pullRequest'],
};

const folder = await mkdtemp(join(tmpdir(), 'github-schema-'));
try {
  const installed = await runProgram({
    program: 'npm',
    args: ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder, OPENAPI, GRAPHQL],
    cwd: folder,
  });
  if (installed.kind !== 'exited' || installed.code !== 0) throw new Error(`npm install: ${JSON.stringify(installed)}`);
  const modules = join(folder, 'node_modules', '@octokit');
  const openapi: unknown = parseJson(await readFile(join(modules, 'openapi/generated/api.github.com.json'), 'utf8'));
  await writeFile(new URL('github-openapi.json', FIXTURES), `${JSON.stringify(extractRest(openapi), null, 1)}\n`);
  const sdl = await readFile(join(modules, 'graphql-schema/schema.graphql'), 'utf8');
  await writeFile(new URL('github.graphql', FIXTURES), extractGraphql(sdl));
} finally {
  await rm(folder, { recursive: true, force: true });
}

function extractRest(openapi: unknown): object {
  const operations: Record<string, object> = {};
  const schemas: Record<string, unknown> = {};
  const take = (schema: unknown): unknown => {
    const shape = toJsonSchema(schema);
    for (const name of referencedSchemas(shape)) {
      if (Object.hasOwn(schemas, name)) continue;
      schemas[name] = null;
      schemas[name] = take(at(openapi, 'components', 'schemas', name));
    }
    return shape;
  };
  const resolve = (value: unknown): unknown => {
    const reference = stringAt(value, '$ref');
    return reference === undefined ? value : at(openapi, ...reference.split('/').slice(1));
  };
  for (const [path, methods] of Object.entries(objectAt(openapi, 'paths') ?? {})) {
    for (const [method, operation] of Object.entries(isObject(methods) ? methods : {})) {
      const id = stringAt(operation, 'operationId');
      if (id === undefined || !OPERATIONS.includes(id)) continue;
      const body = at(operation, 'requestBody', 'content', 'application/json', 'schema');
      const query = listAt(operation, 'parameters')
        .map(resolve)
        .filter((one) => stringAt(one, 'in') === 'query');
      operations[id] = {
        method: method.toUpperCase(),
        path,
        query: Object.fromEntries(query.map((one) => [stringAt(one, 'name') ?? '', take(at(one, 'schema'))])),
        ...(body === undefined ? {} : { request: take(body) }),
        responses: Object.fromEntries(
          Object.entries(objectAt(operation, 'responses') ?? {}).map(([status, response]) => {
            const schema = at(resolve(response), 'content', 'application/json', 'schema');
            return [status, schema === undefined ? true : take(schema)];
          }),
        ),
      };
    }
  }
  const missing = OPERATIONS.filter((id) => !Object.hasOwn(operations, id));
  if (missing.length > 0) throw new Error(`The published schema lacks ${missing.join(', ')}`);
  return { source: OPENAPI, operations: sorted(operations), schemas: sorted(schemas) };
}

/** Converts an OpenAPI 3.0 schema to JSON Schema: `nullable` becomes a type; prose and examples are dropped. */
function toJsonSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(toJsonSchema);
  if (!isObject(schema)) return schema;
  const kept = Object.entries(schema).filter(
    ([key, value]) =>
      key.startsWith('x-') === false &&
      !['nullable', 'externalDocs', 'deprecated', 'format', 'default'].includes(key) &&
      // A property may have the name of a keyword; then its value is a schema.
      (!['description', 'title', 'example', 'examples'].includes(key) ||
        (isObject(value) && key !== 'example' && key !== 'examples')),
  );
  const shape = Object.fromEntries(kept.map(([key, value]) => [key, convertKeyword(key, value)]));
  const local = stringAt(shape, '$ref')?.replace('#/components/schemas/', '#/schemas/');
  const one = local === undefined ? shape : { $ref: local };
  return at(schema, 'nullable') === true ? { anyOf: [{ type: 'null' }, one] } : one;
}

function convertKeyword(key: string, value: unknown): unknown {
  if (key === 'enum' || key === 'required') return value;
  if (key !== 'properties' || !isObject(value)) return toJsonSchema(value);
  return Object.fromEntries(Object.entries(value).map(([name, property]) => [name, toJsonSchema(property)]));
}

function referencedSchemas(shape: unknown): readonly string[] {
  const text = JSON.stringify(shape) ?? '';
  return [...text.matchAll(/"#\/schemas\/([^"]+)"/g)].flatMap(([, name]) => (name === undefined ? [] : [name]));
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function extractGraphql(sdl: string): string {
  const plain = visit(parse(sdl, { noLocation: true }), {
    StringValue: { leave: (node, key) => (key === 'description' ? null : node) },
    Directive: { leave: () => null },
  });
  const definitions = new Map<string, DefinitionNode>();
  for (const definition of plain.definitions)
    if ('name' in definition && definition.name) definitions.set(definition.name.value, prune(definition));
  const reached = new Set<string>();
  const reach = (name: string) => {
    const definition = definitions.get(name);
    if (!definition || reached.has(name)) return;
    reached.add(name);
    visit(definition, { NamedType: (node) => reach(node.name.value) });
  };
  for (const name of Object.keys(FIELDS)) reach(name);
  const kept = plain.definitions.flatMap((node) =>
    'name' in node && node.name && reached.has(node.name.value) ? [definitions.get(node.name.value) ?? node] : [],
  );
  const unique = [...new Map(kept.map((node) => [print(node), node])).keys()];
  return `# Extracted from ${GRAPHQL} by scripts/github-schema.ts\n\n${unique.join('\n\n')}\n`;
}

/** Keeps only the fields in use of an object type, so the types of the others aren't needed. */
function prune(definition: DefinitionNode): DefinitionNode {
  if (definition.kind !== AstKind.OBJECT_TYPE_DEFINITION && definition.kind !== AstKind.INTERFACE_TYPE_DEFINITION)
    return definition;
  const wanted = FIELDS[definition.name.value] ?? [];
  const names = new Set<string>();
  const fields = (definition.fields ?? []).filter(({ name }) => {
    const keep = wanted.includes(name.value) && !names.has(name.value);
    names.add(name.value);
    return keep;
  });
  const interfaces = (definition.interfaces ?? []).filter(({ name }) => Object.hasOwn(FIELDS, name.value));
  return { ...definition, fields, interfaces } satisfies ObjectTypeDefinitionNode | typeof definition;
}
