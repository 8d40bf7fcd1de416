import type { StatusCriteria } from '../rule/status-criteria.ts';
import { any, each, field, isFalse, isTrue, not, some } from '../rule/status-test.ts';

const threescale = ['capabilities.3scale.net'];
const perNamespace = 'status.statuses';

/** Gloo Edge and 3scale. */
export const apiGateways: readonly StatusCriteria[] = [
  {
    // Each translator reports under its own namespace. Older versions write one report, with a number as its state.
    groups: ['gateway.solo.io', 'gloo.solo.io'],
    current: [any(each(perNamespace, field('state', 'Accepted', 1)), field('status.state', 'Accepted', 1))],
    paused: [some(perNamespace, field('state', 'Pending', 0)), field('status.state', 'Pending', 0)],
    reportsError: [
      some(perNamespace, field('state', 'Rejected', 'Warning', 2, 3)),
      field('status.state', 'Rejected', 'Warning', 2, 3),
    ],
    message: 'status.reason',
  },
  {
    groups: threescale,
    conventions: true,
    current: [any(isTrue('Ready'), isTrue('Synced'))],
    paused: [isTrue('Waiting')],
  },
  { groups: ['apps.3scale.net'], kinds: ['APIManager'], conventions: true, current: [isTrue('Available')] },
  {
    groups: ['gateway.networking.k8s.io'],
    kinds: ['BackendTLSPolicy', 'BackendTrafficPolicy'],
    conventions: true,
    current: [each('status.ancestors', isTrue('Accepted'))],
  },
  {
    groups: ['microgateway.airlock.com'],
    kinds: [
      'AccessControlPolicy',
      'APIProtectionPolicy',
      'ContentSecurityPolicy',
      'CSRFPolicy',
      'CustomResponsePolicy',
      'EnvoyExtensionPolicy',
      'ICAPPolicy',
      'RateLimitPolicy',
    ],
    current: [any(not(field('status.ancestors')), each('status.ancestors', isTrue('Accepted')))],
    conventions: true,
  },
  {
    groups: ['projectcontour.io'],
    kinds: ['ExtensionService'],
    current: [isTrue('Valid')],
    reportsError: [isFalse('Valid')],
  },
];
