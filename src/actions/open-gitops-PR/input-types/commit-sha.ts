import { type InputType, InvalidInput } from '../../../core/input-types.ts';

export const commitSha: InputType<string> = {
  expects: 'the whole SHA of a commit',
  parse(text) {
    const sha = wholeSha(text);
    if (sha !== undefined) return sha;
    throw new InvalidInput(shortShaHint(text));
  },
};

/** The SHA in lower case; `undefined` if the text isn't a whole SHA. */
export function wholeSha(text: string): string | undefined {
  return /^[0-9a-f]{40}$/i.test(text) ? text.toLowerCase() : undefined;
}

/** What to say about a shortened SHA; empty for any other text. */
export function shortShaHint(text: string): string {
  return /^[0-9a-f]{7,39}$/i.test(text) ? 'A shortened SHA can be ambiguous: give all 40 digits.' : '';
}
