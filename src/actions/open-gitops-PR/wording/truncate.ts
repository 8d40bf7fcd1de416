const CUT = '_The rest is left out: GitHub takes no more than 65,536 characters._';

/**
 * Parts of Markdown, one below the other, as far as they fit: the one that does not is cut between two lines, or left out where it is
 * folded, and a sentence says so.
 * @param most characters of the whole; larger than the sentence.
 */
export function truncateMarkdown(parts: readonly string[], most: number): string {
  const whole = parts.join('\n\n');
  if (whole.length <= most) return whole;
  const kept: string[] = [];
  let room = most - CUT.length;
  for (const part of parts) {
    const length = part.length + 2;
    if (length > room) {
      if (!part.startsWith('<details>')) kept.push(linesWithin(part, room - 2));
      break;
    }
    kept.push(part);
    room -= length;
  }
  return [...kept.filter((part) => part !== ''), CUT].join('\n\n');
}

/** The first lines of a text; what they opened is closed. */
function linesWithin(text: string, most: number): string {
  const lines = text.split('\n');
  const kept: string[] = [];
  let length = 0;
  let fence = '';
  for (const line of lines) {
    const after = fenceAfter(line, fence);
    if (length + line.length + 1 + after.length + 1 > most) break;
    kept.push(line);
    length += line.length + 1;
    fence = after;
  }
  if (kept.length === 0)
    return text
      .slice(0, Math.max(0, most))
      .toWellFormed()
      .replace(/\ufffd$/, '');
  return [...kept, ...(fence === '' ? [] : [fence])].join('\n').trimEnd();
}

/** The fence of the block of code that is open after a line; empty for none. */
function fenceAfter(line: string, open: string): string {
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? '';
  if (open === '') return fence;
  const closes = fence.startsWith(open) && line.trim() === fence;
  return closes ? '' : open;
}
