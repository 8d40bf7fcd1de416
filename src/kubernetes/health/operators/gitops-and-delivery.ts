import type { StatusCriteria } from '../rule/status-criteria.ts';
import { alike, all, any, each, field, isFalse, isTrue, not, same, some } from '../rule/status-test.ts';

const promoter = ['promoter.argoproj.io'];
const kargo = ['kargo.akuity.io'];
const environments = 'status.environments';
const phase = (...values: string[]) => field('status.phase', ...values);

/** The commit that an environment should get has become its active one. */
const isPromoted = [
  any(
    all(field('proposed.note.drySha'), same('proposed.note.drySha', 'active.dry.sha')),
    all(not(field('proposed.note.drySha')), same('proposed.dry.sha', 'active.dry.sha')),
  ),
];

/** What promotes commits and images from one environment to the next: Argo CD's promoter, and Kargo. */
export const promotion: readonly StatusCriteria[] = [
  {
    groups: promoter,
    kinds: ['GitCommitStatus', 'TimedCommitStatus', 'WebRequestCommitStatus'],
    current: [isTrue('Ready'), not(some(environments, not(field('phase', 'success'))))],
    reportsError: [isFalse('Ready'), some(environments, field('phase', 'failure'))],
  },
  {
    groups: promoter,
    kinds: ['PromotionStrategy'],
    current: [isTrue('Ready'), each(environments, ...isPromoted), alike('status.environments.*.active.dry.sha')],
    reportsError: [isFalse('Ready')],
  },
  {
    groups: promoter,
    kinds: ['ChangeTransferPolicy'],
    current: [isTrue('Ready'), same('status.proposed.dry.sha', 'status.active.dry.sha')],
    reportsError: [isFalse('Ready')],
  },
  {
    groups: promoter,
    kinds: ['ArgoCDCommitStatus'],
    current: [isTrue('Ready'), each('status.applicationsSelected')],
    reportsError: [isFalse('Ready'), all(isTrue('Ready'), not(each('status.applicationsSelected')))],
  },
  {
    groups: promoter,
    kinds: ['PullRequest', 'CommitStatus', 'GitRepository', 'ScmProvider', 'ClusterScmProvider'],
    current: [isTrue('Ready')],
    reportsError: [isFalse('Ready')],
  },
  {
    groups: kargo,
    kinds: ['Promotion'],
    runsOnce: true,
    current: [phase('Succeeded')],
    failed: [phase('Failed', 'Errored', 'Aborted')],
    message: 'status.message',
  },
  { groups: kargo, kinds: ['Stage', 'Warehouse', 'Project'], conventions: true, current: [] },
  { groups: kargo, kinds: ['PromotionTask', 'ClusterPromotionTask', 'Freight'], current: [] },
];
