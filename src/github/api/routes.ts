import type { Endpoints } from '@octokit/types';
import type { DeepPartial } from './response-fields.ts';

/** A method and path of the REST API as GitHub publishes it: `GET /repos/{owner}/{repo}`. */
export type Route = keyof Endpoints;
export type ReadRoute = Extract<Route, `GET ${string}`>;
export type WriteRoute = Exclude<Route, ReadRoute>;

/** The parameters of a route: in its path, its query and its body. */
export type ParametersOf<R extends Route> = Endpoints[R]['parameters'];

export type ResponseTo<R extends Route> = DeepPartial<Endpoints[R]['response']['data']>;
