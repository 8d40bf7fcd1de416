import { defaulted, defineContract, optional, required } from '../../core/contract.ts';
import { boolean, choice, duration, integer, lines, list, number, text, token } from '../../core/input-types.ts';
import { describePlugins, pluginNames } from '../../core/plugins.ts';
import { inputPath } from '../../files/input-path.ts';
import { serverAddress } from '../../metrics/address.ts';
import { requestHeader, secretsInHeaders } from '../../metrics/headers.ts';
import { METRICS_PROVIDERS } from '../../metrics/providers/providers.ts';
import { dateTime } from './input-types/date-time.ts';
import { JUDGES } from './judges/judges.ts';

export const contract = defineContract({
  name: 'canary-gate',
  description: 'Compare the metrics of a canary with its baseline and pass it only if they show that it is good',
  branding: { icon: 'activity', color: 'yellow' },
  inputs: {
    config: optional(inputPath, {
      description: 'YAML file that lists the metrics (`canary.yaml`), relative to the workspace.',
      example: 'deploy/canary.yaml',
    }),
    metrics: optional(text, {
      description: 'The list of metrics as YAML, instead of `config`.',
      example:
        '[{ name: error rate, query: "sum(rate(errors_total{track=\\"{{ arm }}\\"}[1m]))", direction: increase }]',
    }),
    provider: defaulted(choice(...pluginNames(METRICS_PROVIDERS)), 'prometheus', {
      description: `The kind of metrics server. ${describePlugins(METRICS_PROVIDERS)}`,
      example: 'prometheus',
    }),
    address: required(serverAddress('Give them with the input `token`, or as a line of `headers`.'), {
      description: 'Base URL of the metrics server, with its path prefix if it has one.',
      example: 'http://prometheus.monitoring:9090',
    }),
    headers: optional(lines(requestHeader), {
      description: 'Headers to send with each query, one per line.',
      example: 'X-Scope-OrgID: team-a',
      secret: secretsInHeaders,
    }),
    token: optional(token, {
      description: 'Bearer token for the metrics server.',
      example: '${{ secrets.PROMETHEUS_TOKEN }}',
      secret: true,
    }),
    baseline: optional(text, {
      description: 'Replaces `{{ arm }}` in the queries of the baseline; usually a label value.',
      example: 'stable',
    }),
    canary: optional(text, {
      description: 'Replaces `{{ arm }}` in the queries of the canary.',
      example: 'canary',
    }),
    duration: defaulted(duration, '10m', {
      description:
        'How long to watch the canary. Sampling ends early only if the canary has certainly failed, never because it looks good.',
      example: '15m',
    }),
    interval: defaulted(duration, '30s', {
      description:
        "Time between two sample rounds. Choose it no shorter than the range in the queries (`[1m]`), so that samples don't overlap.",
      example: '1m',
    }),
    delay: defaulted(duration, '0s', {
      description: 'How long to wait before the first sample round: for warm-up, or until metrics are scraped.',
      example: '2m',
    }),
    judge: defaulted(choice(...pluginNames(JUDGES)), 'mann-whitney', {
      description: `What decides. ${describePlugins(JUDGES)}`,
      example: 'threshold',
    }),
    'pass-score': defaulted(number({ min: 0, max: 100 }), '95', {
      description: 'From this score on, the verdict is `pass`.',
      example: '90',
    }),
    'marginal-score': defaulted(number({ min: 0, max: 100 }), '75', {
      description: 'From this score up to `pass-score`, the verdict is `marginal`; below it, `fail`.',
      example: '60',
    }),
    'min-samples': defaulted(integer({ min: 5 }), '10', {
      description:
        'Number of samples that each arm needs before the `mann-whitney` judge decides on a metric. With fewer than five, no difference can be significant at 98 %.',
      example: '20',
    }),
    'fail-on': defaulted(list(choice('fail', 'marginal', 'inconclusive', 'none')), 'fail, inconclusive', {
      description:
        'The verdicts that fail the step. With `none`, no verdict does, and the workflow decides by the output `verdict`.',
      example: 'fail, marginal, inconclusive',
    }),
    mode: defaulted(choice('live', 'retrospective'), 'live', {
      description:
        '`live` watches the canary from now on. `retrospective` judges a time range of the past, which the metrics server must still hold.',
      example: 'retrospective',
    }),
    start: optional(dateTime, {
      description: 'Retrospective: the start of the time range.',
      example: '2026-03-01T14:00:00Z',
    }),
    end: optional(dateTime, {
      description: "Retrospective: the end of the time range. If it's left out, the range is `duration` long.",
      example: '2026-03-01T14:30:00Z',
    }),
    'dry-run': defaulted(boolean, 'false', {
      description: 'Check the config, run each query once, show the results, and decide nothing.',
      example: 'true',
    }),
  },
  outputs: {
    verdict: {
      description:
        '`pass`, `marginal`, `fail`, or `inconclusive` (not enough evidence for another verdict; also if nothing was judged).',
    },
    score: { description: "The share of the metrics' weight that has passed, 0 to 100." },
    metrics: {
      description:
        'JSON list with the decision, sample counts, effect size with its confidence interval, and queries of each metric.',
    },
    samples: { description: 'File (JSON Lines) with every sample, including the missing ones.' },
    report: { description: 'File (Markdown) with the report that the job summary shows.' },
  },
});
