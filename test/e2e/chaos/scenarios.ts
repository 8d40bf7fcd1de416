import type { Scenario } from './scenario.ts';
import { buildLayers, buildWithProgram } from './scenarios/build-image.ts';
import { bump } from './scenarios/bump-manifest-tag.ts';
import { gate } from './scenarios/canary-gate.ts';
import { commit, pullRequest } from './scenarios/open-gitops-pr.ts';
import { rollout } from './scenarios/wait-for-rollout.ts';

/** A new action or a new way to use one is one entry here. */
export const SCENARIOS: readonly Scenario[] = [buildLayers, buildWithProgram, bump, pullRequest, commit, rollout, gate];
