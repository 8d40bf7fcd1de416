import type { Inputs } from '../../core/contract.ts';
import { formatDuration } from '../../core/duration.ts';
import { invalidInput } from '../../core/inputs.ts';
import type { contract } from './contract.ts';

export type GateInputs = Inputs<typeof contract>;

/** When to round. Times in ms since the epoch. */
export type SamplingPlan =
  | { readonly mode: 'live'; readonly delay: number; readonly interval: number; readonly rounds: number }
  | { readonly mode: 'retrospective'; readonly start: number; readonly interval: number; readonly rounds: number };

/** The plan that the inputs ask for. @throws ActionError `input-invalid` where they contradict each other. */
export function planSampling(inputs: GateInputs, now: number): SamplingPlan {
  const { mode, duration, interval, delay, start, end } = inputs;
  requireConsistentScores(inputs);
  if (interval < 1000)
    throw invalidInput('interval', `is ${formatDuration(interval)}.`, ['Look at most once a second.']);
  if (mode === 'live') {
    const given = start !== undefined ? 'start' : end !== undefined ? 'end' : undefined;
    if (given)
      throw invalidInput(given, 'is only for a span of the past.', ['Set `mode: retrospective`, or leave it out.']);
    const rounds = Math.floor(duration / interval);
    requireEnoughRounds(inputs, rounds, 'duration');
    return { mode, delay, interval, rounds };
  }
  if (start === undefined)
    throw invalidInput('start', 'is missing: `mode: retrospective` needs to know where the span begins.', [
      'Add, for example, `start: 2026-03-01T14:00:00Z`.',
    ]);
  const last = end ?? start + duration;
  if (last <= start)
    throw invalidInput('end', 'is not after `start`.', ['Give a later time, or leave it out and give `duration`.']);
  if (last > now)
    throw invalidInput(
      end === undefined ? 'duration' : 'end',
      `leads to ${new Date(last).toISOString()}, which is not past yet.`,
      ['A retrospective judges what is over; use `mode: live` to watch what is to come.'],
    );
  const rounds = Math.floor((last - start) / interval);
  requireEnoughRounds(inputs, rounds, end === undefined ? 'duration' : 'end');
  return { mode, start, interval, rounds };
}

function requireConsistentScores({ passScore, marginalScore, failOn }: GateInputs): void {
  if (marginalScore > passScore)
    throw invalidInput('marginal-score', `is ${marginalScore}, above \`pass-score\` (${passScore}).`, [
      'A marginal canary has a lower score than a passing one.',
    ]);
  if (failOn.includes('none') && failOn.length > 1)
    throw invalidInput('fail-on', 'names `none` beside other verdicts.', ['Give `none` alone, or leave it away.']);
}

function requireEnoughRounds(
  { judge, minSamples, interval, duration }: GateInputs,
  rounds: number,
  culprit: string,
): void {
  const needed = judge === 'threshold' ? 1 : minSamples;
  if (rounds >= needed) return;
  throw invalidInput(culprit, `leaves time for ${rounds} rounds, but the judge ${judge} needs ${needed}.`, [
    `Watch for at least ${formatDuration(needed * interval)}, or round more often than every ${formatDuration(interval)}`.concat(
      judge === 'mann-whitney' ? ', or lower `min-samples`.' : '.',
    ),
    culprit === 'duration' ? `(\`duration\` is ${formatDuration(duration)}.)` : '',
  ]);
}
