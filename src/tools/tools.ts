import { buildx } from './buildx.ts';
import { kustomize } from './kustomize.ts';
import type { Tool } from './tool.ts';

/** Every tool that an action can install. */
export const TOOLS = { buildx, kustomize } satisfies Readonly<Record<string, Tool>>;
