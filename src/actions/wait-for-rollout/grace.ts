import { type Kind, Misfit } from '../../core/kinds.ts';
import { nearest } from '../../core/suggest.ts';
import { type CauseId, causeIds, isCauseId, parseGrace } from '../../kubernetes/doom/causes.ts';

/** `crash-loop=1m`. */
export const graceLine: Kind<{ readonly cause: CauseId; readonly ms: number }> = {
  takes: 'cause=duration, such as crash-loop=1m',
  parse(line) {
    const parsed = parseGrace(line);
    if (parsed) return parsed;
    const name = line.split('=')[0]?.trim() ?? '';
    if (isCauseId(name)) throw new Misfit(`Add a duration: "${name}=1m".`);
    const near = nearest(name, causeIds);
    throw new Misfit(near ? `Did you mean "${near}"?` : `The causes are ${causeIds.join(', ')}.`);
  },
};
