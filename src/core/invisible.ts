/**
 * Characters that nobody sees, but that change what a reader sees (direction, order) or carry hidden text: bidi controls, zero-width
 * characters, tags, fillers and the supplementary variation selectors. The 16 ordinary selectors belong to emoji.
 */
const INVISIBLE =
  /(?<![@#])\u200b|(?!\u200b)\p{Cf}|[\u115f\u1160\u2028\u2029\u3164\uffa0\u{e0000}-\u{e0fff}\u{1d173}-\u{1d17a}]/gu;

/**
 * The text with its invisible characters as `<U+202E>`. A zero-width space after `@` or `#` stays: our own texts have one there, so that
 * they mention nobody.
 */
export function showInvisible(text: string): string {
  return text.replace(
    INVISIBLE,
    (character) => `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`,
  );
}
