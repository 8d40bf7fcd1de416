const TRUNCATED = '_The rest is left out: GitHub accepts at most 65,536 characters._';

/**
 * Joins parts of Markdown and keeps as many as fit. The first part that doesn't fit is cut between two lines; a folded part is dropped
 * instead. A sentence at the end says that something is missing.
 * @param length most characters of the result; must be larger than that sentence.
 */
export function truncateMarkdown(parts: readonly string[], length: number): string {
  const whole = parts.join('\n\n');
  if (whole.length <= length) return whole;
  const kept: string[] = [];
  let room = length - TRUNCATED.length;
  for (const part of parts) {
    const size = part.length + 2;
    if (size > room) {
      if (!part.startsWith('<details>')) kept.push(firstLines(part, room - 2));
      break;
    }
    kept.push(part);
    room -= size;
  }
  return [...kept.filter((part) => part !== ''), TRUNCATED].join('\n\n');
}

/** The first lines of a text. A code block that they open is closed again. */
function firstLines(text: string, length: number): string {
  const kept: string[] = [];
  let size = 0;
  let fence = '';
  for (const line of text.split('\n')) {
    const openFence = fenceAfter(line, fence);
    if (size + line.length + 1 + openFence.length + 1 > length) break;
    kept.push(line);
    size += line.length + 1;
    fence = openFence;
  }
  if (kept.length === 0)
    return text
      .slice(0, Math.max(0, length))
      .toWellFormed()
      .replace(/\ufffd$/, '');
  return [...kept, ...(fence === '' ? [] : [fence])].join('\n').trimEnd();
}

/** The fence of the code block that is open after a line; empty if none is open. */
function fenceAfter(line: string, open: string): string {
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? '';
  if (open === '') return fence;
  const closes = fence.startsWith(open) && line.trim() === fence;
  return closes ? '' : open;
}
