/** Passes each text on once; one that comes again is dropped. `key` tells texts apart that only differ in details. */
export function sayOnce(say: (text: string) => void): (text: string, key?: string) => void {
  const said = new Set<string>();
  return (text, key = text) => {
    if (said.has(key)) return;
    said.add(key);
    say(text);
  };
}
