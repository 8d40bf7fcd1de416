import { readFileSync } from 'node:fs';
import { buildSchema, execute, type GraphQLError, type GraphQLSchema, Kind, parse, validate } from 'graphql';
import { defined } from '../../../../src/core/defined.ts';
import { objectAt, stringAt } from '../../../../src/json/json.ts';
import { Refusal } from '../model.ts';
import { allow, findPull, type GraphqlContext, namedRepository, TypedError } from './context.ts';
import { createCommitOnBranch, enableAutoMerge, mergeByNode, updateRefs } from './mutations.ts';
import { pullNode, repositoryNode } from './nodes.ts';

type Variables = Readonly<Record<string, unknown>>;

let loaded: GraphQLSchema | undefined;

function schema(): GraphQLSchema {
  const sdl = readFileSync(new URL('../../../fixtures/github.graphql', import.meta.url), 'utf8');
  // The published schema defines two fields twice.
  loaded ??= buildSchema(sdl, { assumeValidSDL: true });
  return loaded;
}

/** Kind and top-level fields of a document: `mutation updateRefs`. */
export function describeDocument(source: string): { readonly name: string; readonly write: boolean } {
  try {
    const operation = parse(source).definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
    if (!operation) return { name: 'graphql', write: false };
    const fields = operation.selectionSet.selections.map((node) => (node.kind === Kind.FIELD ? node.name.value : '…'));
    return { name: `${operation.operation} ${fields.join(' ')}`, write: operation.operation === 'mutation' };
  } catch {
    return { name: 'graphql (not parsable)', write: false };
  }
}

/** Executes a GraphQL request, and returns the body that GitHub would return (always with status 200). */
export async function executeGraphql(context: GraphqlContext, body: unknown): Promise<object> {
  const source = stringAt(body, 'query') ?? '';
  let document: ReturnType<typeof parse>;
  try {
    document = parse(source);
  } catch (thrown) {
    return { errors: [{ message: thrown instanceof Error ? thrown.message : String(thrown) }] };
  }
  const problems = validate(schema(), document);
  if (problems.length > 0) return { errors: problems.map(representError) };
  const variables: Variables = objectAt(body, 'variables') ?? {};
  const result = await execute({
    schema: schema(),
    document,
    variableValues: variables,
    rootValue: roots(context),
  });
  return {
    ...defined({ data: result.data }),
    ...(result.errors === undefined ? {} : { errors: result.errors.map(representError) }),
  };
}

function representError(error: GraphQLError): object {
  const original = error.originalError;
  return {
    ...(original instanceof TypedError ? { type: original.type } : {}),
    ...(original instanceof Refusal ? { type: 'UNPROCESSABLE' } : {}),
    ...defined({ path: error.path }),
    locations: error.locations,
    message: error.message,
  };
}

function roots(context: GraphqlContext): object {
  return {
    repository: (args: { owner: string; name: string }) => {
      allow(context.by, 'contents', 'read');
      return repositoryNode(context, namedRepository(context, `${args.owner}/${args.name}`));
    },
    node: ({ id }: { id: string }) => {
      const found = findPull(context, id);
      return found ? pullNode(found.repository, found.pull) : null;
    },
    createCommitOnBranch: ({ input }: { input: unknown }) => createCommitOnBranch(context, input),
    updateRefs: ({ input }: { input: unknown }) => updateRefs(context, input),
    enablePullRequestAutoMerge: ({ input }: { input: unknown }) => enableAutoMerge(context, input),
    mergePullRequest: ({ input }: { input: unknown }) => mergeByNode(context, input),
  };
}
