import { defaulted, defineContract, optional, required } from '../../core/contract.ts';
import { boolean, choice, duration, integer, lines, list, number, text, token } from '../../core/input-types.ts';
import { serverAddress } from '../../metrics/address.ts';
import { requestHeader } from '../../metrics/headers.ts';
import { PROVIDER_NAMES } from '../../metrics/providers.ts';
import { timestamp } from './timestamp.ts';

export const contract = defineContract({
  name: 'canary-gate',
  description: 'Compare a canary with its baseline by their metrics and let only a good one pass',
  branding: { icon: 'activity', color: 'yellow' },
  inputs: {
    config: optional(text, {
      description: 'YAML file that lists the metrics (`canary.yaml`), relative to the workspace.',
      example: 'deploy/canary.yaml',
    }),
    metrics: optional(text, {
      description: 'The list of metrics itself, as YAML, instead of `config`.',
      example:
        '[{ name: error rate, query: "sum(rate(errors_total{track=\\"{{ arm }}\\"}[1m]))", direction: increase }]',
    }),
    provider: defaulted(choice(...PROVIDER_NAMES), 'prometheus', {
      description:
        'The kind of metrics server. `prometheus` is also for what speaks its query API (Thanos, Mimir, VictoriaMetrics).',
      example: 'prometheus',
    }),
    address: required(serverAddress, {
      description: 'Base URL of the metrics server, with its path prefix where it has one.',
      example: 'http://prometheus.monitoring:9090',
    }),
    headers: optional(lines(requestHeader), {
      description: 'Headers to send with each query, one a line.',
      example: 'X-Scope-OrgID: team-a',
      secret: true,
    }),
    token: optional(token, {
      description: 'Bearer token for the metrics server.',
      example: '${{ secrets.PROMETHEUS_TOKEN }}',
      secret: true,
    }),
    baseline: optional(text, {
      description: 'What `{{ arm }}` stands for in the queries of the baseline, usually a label value.',
      example: 'stable',
    }),
    canary: optional(text, {
      description: 'What `{{ arm }}` stands for in the queries of the canary.',
      example: 'canary',
    }),
    duration: defaulted(duration, '10m', {
      description:
        'How long the canary is watched. A canary that has certainly failed ends it early; a good one never does.',
      example: '15m',
    }),
    interval: defaulted(duration, '30s', {
      description:
        'Time between two looks. Choose it no shorter than the range in the queries (`[1m]`), so that samples don’t overlap.',
      example: '1m',
    }),
    delay: defaulted(duration, '0s', {
      description: 'How long to wait before watching begins: warm-up, or the time until metrics are scraped.',
      example: '2m',
    }),
    judge: defaulted(choice('mann-whitney', 'threshold'), 'mann-whitney', {
      description:
        '`mann-whitney`: the canary must be shown to be no worse than the baseline by more than each metric’s margin (rank-sum test at 98 %, corrected for samples that depend on each other), and satisfy its thresholds. `threshold`: only the thresholds, without a baseline.',
      example: 'threshold',
    }),
    'pass-score': defaulted(number({ min: 0, max: 100 }), '95', {
      description: 'From this score on the verdict is `pass`.',
      example: '90',
    }),
    'marginal-score': defaulted(number({ min: 0, max: 100 }), '75', {
      description: 'From this score on, below `pass-score`, the verdict is `marginal`; below it `fail`.',
      example: '60',
    }),
    'min-samples': defaulted(integer({ min: 5 }), '10', {
      description:
        'Samples that each arm must have before the `mann-whitney` judge decides on a metric; below five no outcome can be significant at 98 %.',
      example: '20',
    }),
    'fail-on': defaulted(list(choice('fail', 'marginal', 'inconclusive', 'none')), 'fail, inconclusive', {
      description:
        'The verdicts that fail the step; `none` leaves all to the workflow, which reads the output `verdict`.',
      example: 'fail, marginal, inconclusive',
    }),
    mode: defaulted(choice('live', 'retrospective'), 'live', {
      description:
        '`live` watches from now on; `retrospective` judges a span of the past that the metrics server still holds.',
      example: 'retrospective',
    }),
    start: optional(timestamp, {
      description: 'Retrospective: when the span begins.',
      example: '2026-03-01T14:00:00Z',
    }),
    end: optional(timestamp, {
      description: 'Retrospective: when the span ends. Left out, it ends `duration` after `start`.',
      example: '2026-03-01T14:30:00Z',
    }),
    'dry-run': defaulted(boolean, 'false', {
      description: 'Check the config, ask each query once, show what it gives, and decide nothing.',
      example: 'true',
    }),
  },
  outputs: {
    verdict: {
      description:
        '`pass`, `marginal`, `fail`, or `inconclusive` (not enough evidence for either; also when nothing was judged).',
    },
    score: { description: 'The share of the metrics’ weight that is shown to be good, 0 to 100.' },
    metrics: { description: 'JSON list: decision, samples, effect with its interval, and queries of each metric.' },
    samples: { description: 'File (JSON lines) with every sample taken and every one that is missing.' },
    report: { description: 'File (Markdown) with the report that the job summary shows.' },
  },
});
