import { containersFinder } from './containers.ts';

export const findBuildah = containersFinder('buildah');
