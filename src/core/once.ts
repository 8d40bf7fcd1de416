/** Passes each text on only once. Texts with the same `key` count as the same text. */
export function sayOnce(say: (text: string) => void): (text: string, key?: string) => void {
  const said = new Set<string>();
  return (text, key = text) => {
    if (said.has(key)) return;
    said.add(key);
    say(text);
  };
}
