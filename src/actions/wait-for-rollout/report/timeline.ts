import { codeBlock } from '../../../core/markdown.ts';
import { causeOf } from '../../../kubernetes/failures/causes.ts';
import { distinctTitle } from '../targets/target.ts';
import type { Phase, WatchedTarget } from '../targets/watched-target.ts';

/** So many targets are drawn, and so many phases of each: more is no picture any more. */
const DRAWN = 15;
const PHASES = 12;

const TAGS: Readonly<Record<string, string>> = { current: 'done, ', failed: 'crit, ', progressing: 'active, ' };

/** How each target stood, from when to when, as a Mermaid gantt chart; undefined where nothing took any time. */
export function timelineChart(
  targets: readonly WatchedTarget[],
  startedAt: number,
  endedAt: number,
): string | undefined {
  if (endedAt - startedAt < 100) return undefined;
  // Those that made the wait long are drawn, where not all can be.
  const drawn = [...targets].sort((a, b) => b.changedAt - a.changedAt).slice(0, DRAWN);
  const all = targets.map(({ target }) => target);
  const sections = targets
    .filter((each) => drawn.includes(each))
    .flatMap(({ target, phases }) => [
      `    section ${label(distinctTitle(target, all))}`,
      ...tasks(phases, startedAt, endedAt),
    ]);
  return codeBlock(['gantt', '    dateFormat x', '    axisFormat %H:%M:%S', ...sections].join('\n'), 'mermaid');
}

function tasks(phases: readonly Phase[], startedAt: number, endedAt: number): string[] {
  const shown = phases.length > PHASES ? [...phases.slice(0, PHASES - 1), ...phases.slice(-1)] : phases;
  return shown.map((phase, index) => {
    const from = Math.max(startedAt, phase.from);
    const to = Math.max(from + 1, shown[index + 1]?.from ?? endedAt);
    const { status, cause } = phase;
    const tag = cause && status !== 'current' && causeOf(cause).grace !== 'transient' ? 'crit, ' : (TAGS[status] ?? '');
    return `    ${label(cause ?? status)} :${tag}${from}, ${to}`;
  });
}

/** What Mermaid would read as its own syntax is left out. */
function label(text: string): string {
  return text.replace(/[:;#,%{}<>"\r\n]/g, ' ');
}
