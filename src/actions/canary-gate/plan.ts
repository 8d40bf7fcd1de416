import type { InputValues } from '../../core/contract.ts';
import { formatDuration } from '../../core/duration.ts';
import { invalidInput } from '../../core/inputs.ts';
import type { contract } from './contract.ts';

export type GateInputs = InputValues<typeof contract>;

/** When to look. Times in ms since the epoch. */
export type Plan =
  | { readonly mode: 'live'; readonly delay: number; readonly interval: number; readonly looks: number }
  | { readonly mode: 'retrospective'; readonly start: number; readonly interval: number; readonly looks: number };

/** The plan that the inputs ask for. @throws ActionError `input-invalid` where they contradict each other. */
export function planOf(inputs: GateInputs, now: number): Plan {
  const { mode, duration, interval, delay, start, end } = inputs;
  checkScores(inputs);
  if (interval < 1000)
    throw invalidInput('interval', `is ${formatDuration(interval)}.`, ['Look at most once a second.']);
  if (mode === 'live') {
    const given = start !== undefined ? 'start' : end !== undefined ? 'end' : undefined;
    if (given)
      throw invalidInput(given, 'is only for a span of the past.', ['Set `mode: retrospective`, or leave it out.']);
    const looks = Math.floor(duration / interval);
    checkLooks(inputs, looks, 'duration');
    return { mode, delay, interval, looks };
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
  const looks = Math.floor((last - start) / interval);
  checkLooks(inputs, looks, end === undefined ? 'duration' : 'end');
  return { mode, start, interval, looks };
}

function checkScores({ passScore, marginalScore, failOn }: GateInputs): void {
  if (marginalScore > passScore)
    throw invalidInput('marginal-score', `is ${marginalScore}, above \`pass-score\` (${passScore}).`, [
      'A marginal canary has a lower score than a passing one.',
    ]);
  if (failOn.includes('none') && failOn.length > 1)
    throw invalidInput('fail-on', 'names `none` beside other verdicts.', ['Give `none` alone, or leave it away.']);
}

function checkLooks({ judge, minSamples, interval, duration }: GateInputs, looks: number, culprit: string): void {
  const needed = judge === 'threshold' ? 1 : minSamples;
  if (looks >= needed) return;
  throw invalidInput(culprit, `leaves time for ${looks} looks, but the judge ${judge} needs ${needed}.`, [
    `Watch for at least ${formatDuration(needed * interval)}, or look more often than every ${formatDuration(interval)}`.concat(
      judge === 'mann-whitney' ? ', or lower `min-samples`.' : '.',
    ),
    culprit === 'duration' ? `(\`duration\` is ${formatDuration(duration)}.)` : '',
  ]);
}
