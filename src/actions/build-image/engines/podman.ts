import { containersFinder } from './containers.ts';

export const findPodman = containersFinder('podman');
