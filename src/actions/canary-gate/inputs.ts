import type { InputValues } from '../../core/contract.ts';
import { formatDuration } from '../../core/duration.ts';
import { invalidInput } from '../../core/inputs.ts';
import type { contract } from './contract.ts';
import { JUDGES } from './judges/judges.ts';

export type GateInputs = InputValues<typeof contract>;

/** Checks across inputs. The plan checks the time range. @throws ActionError `input-invalid` */
export function requireValidGateInputs(inputs: GateInputs): void {
  requireConsistentScores(inputs);
  requireInterval(inputs);
  if (inputs.mode === 'live') requireNoPastRange(inputs);
}

function requireConsistentScores({ passScore, marginalScore, failOn }: GateInputs): void {
  if (marginalScore > passScore)
    throw invalidInput('marginal-score', `is ${marginalScore}, above \`pass-score\` (${passScore}).`, [
      'A marginal canary has a lower score than a passing one.',
    ]);
  if (failOn.includes('none') && failOn.length > 1)
    throw invalidInput('fail-on', 'contains `none` and other verdicts.', ['Give `none` alone, or leave it out.']);
}

function requireInterval({ interval }: GateInputs): void {
  if (interval < 1000)
    throw invalidInput('interval', `is ${formatDuration(interval)}.`, ['Take samples at most once a second.']);
}

/** `start` and `end` don't apply to live sampling. */
function requireNoPastRange({ start, end }: GateInputs): void {
  for (const [name, value] of Object.entries({ start, end }))
    if (value !== undefined)
      throw invalidInput(name, 'applies only to the past.', ['Set `mode: retrospective`, or leave it out.']);
}

/** The range of the past that the inputs give, in ms since the epoch. @throws ActionError `input-invalid` */
export function requirePastRange(
  { start, end, duration }: GateInputs,
  now: number,
): { readonly start: number; readonly end: number } {
  if (start === undefined)
    throw invalidInput('start', 'is missing, but `mode: retrospective` needs it.', [
      'Add, for example, `start: 2026-03-01T14:00:00Z`.',
    ]);
  const last = end ?? start + duration;
  if (last <= start)
    throw invalidInput('end', 'is not after `start`.', ['Give a later time, or leave it out and give `duration`.']);
  if (last > now)
    throw invalidInput(
      end === undefined ? 'duration' : 'end',
      `leads to ${new Date(last).toISOString()}, which is in the future.`,
      ['Choose a range that has ended, or use `mode: live` to watch the canary from now on.'],
    );
  return { start, end: last };
}

/** The number of sample rounds in a time. @param time in ms. @throws ActionError `input-invalid` if the judge needs more */
export function requireEnoughRounds(inputs: GateInputs, time: number): number {
  const { interval, duration, minSamples, end } = inputs;
  const { usesMinSamples } = JUDGES[inputs.judge];
  const rounds = Math.floor(time / interval);
  const needed = usesMinSamples ? minSamples : 1;
  if (rounds >= needed) return rounds;
  const name = end === undefined ? 'duration' : 'end';
  const longer = `Watch for at least ${formatDuration(needed * interval)}, or take samples more often than every ${formatDuration(interval)}`;
  throw invalidInput(name, `leaves time for ${rounds} sample rounds, but the judge ${inputs.judge} needs ${needed}.`, [
    `${longer}${usesMinSamples ? ', or lower `min-samples`.' : '.'}`,
    name === 'duration' ? `(\`duration\` is ${formatDuration(duration)}.)` : '',
  ]);
}
