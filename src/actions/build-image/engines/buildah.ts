import { containersFinder } from './containers.ts';

export const findEngine = containersFinder('buildah');
