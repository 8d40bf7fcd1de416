import { type InputType, InvalidInput } from '../../../core/input-types.ts';
import { shortShaHint, wholeSha } from './commit-sha.ts';

export type RevertTarget =
  | { readonly kind: 'pull'; readonly number: number }
  | { readonly kind: 'commit'; readonly sha: string };

export const revertTarget: InputType<RevertTarget> = {
  expects: 'the number of a pull request, or the whole SHA of a commit',
  parse(text) {
    const sha = wholeSha(text);
    if (sha !== undefined) return { kind: 'commit', sha };
    const number = /^#?([1-9]\d{0,8})$/.exec(text)?.[1];
    if (number !== undefined) return { kind: 'pull', number: Number(number) };
    throw new InvalidInput(shortShaHint(text));
  },
};
