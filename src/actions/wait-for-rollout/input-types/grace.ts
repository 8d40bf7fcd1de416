import { closestMatch } from '../../../core/closest-match.ts';
import { type InputType, InvalidInput } from '../../../core/input-types.ts';
import { type CauseId, failureIds, holdUpIds, isCauseId, parseGrace } from '../../../kubernetes/failures/causes.ts';

/** `crash-loop=1m`: how long a failure cause may last before the target fails. */
export const graceLine: InputType<{ readonly cause: CauseId; readonly ms: number }> = {
  expects: 'cause=duration, such as crash-loop=1m',
  parse(line) {
    const grace = parseGrace(line);
    if (grace) return grace;
    const name = line.split('=')[0]?.trim() ?? '';
    if (isCauseId(name) && holdUpIds.includes(name))
      throw new InvalidInput(`"${name}" never fails a rollout, so it has no grace. Set \`timeout\` instead.`);
    if (isCauseId(name)) throw new InvalidInput(`Add a duration: "${name}=1m".`);
    const near = closestMatch(name, failureIds);
    throw new InvalidInput(near ? `Did you mean "${near}"?` : `The causes are ${failureIds.join(', ')}.`);
  },
};
