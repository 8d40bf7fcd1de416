import type { Arm } from './traffic.ts';

/** Where the demo delivers to. */
export interface Environment {
  readonly name: string;
  readonly namespace: string;
  readonly deployment: string;
  /** The value of the label `track` of its pods. */
  readonly track: Arm;
  /** The Argo CD Application that syncs it to the cluster. */
  readonly application: string;
  /** Whether a reviewer must approve the pull request. */
  readonly protected: boolean;
}

export const staging: Environment = {
  name: 'staging',
  namespace: 'staging',
  deployment: 'shop',
  track: 'stable',
  application: 'shop-staging',
  protected: false,
};
export const canary: Environment = {
  name: 'production-canary',
  namespace: 'production',
  deployment: 'shop-canary',
  track: 'canary',
  application: 'shop-production-canary',
  protected: true,
};
export const production: Environment = {
  name: 'production',
  namespace: 'production',
  deployment: 'shop',
  track: 'stable',
  application: 'shop-production',
  protected: true,
};
