import { codeBlock } from '../../../core/markdown.ts';
import { causeOf } from '../../../kubernetes/failures/causes.ts';
import { distinctTitle } from '../targets/target.ts';
import type { Phase, WatchedTarget } from '../targets/watched-target.ts';

/** A chart with more targets or phases can't be read. */
const MAX_TARGETS = 15;
const MAX_PHASES = 12;

const TAGS: Readonly<Record<string, string>> = { current: 'done, ', failed: 'crit, ', progressing: 'active, ' };

/** The phases of each target as a Mermaid Gantt chart; undefined if the wait took no time. */
export function timelineChart(
  targets: readonly WatchedTarget[],
  startedAt: number,
  endedAt: number,
): string | undefined {
  if (endedAt - startedAt < 100) return undefined;
  // If there are too many, the last ones to change are shown: they made the wait long.
  const shown = [...targets].sort((a, b) => b.changedAt - a.changedAt).slice(0, MAX_TARGETS);
  const all = targets.map(({ target }) => target);
  const sections = targets
    .filter((each) => shown.includes(each))
    .flatMap(({ target, phases }) => [
      `    section ${escapeMermaid(distinctTitle(target, all))}`,
      ...tasks(phases, startedAt, endedAt),
    ]);
  return codeBlock(['gantt', '    dateFormat x', '    axisFormat %H:%M:%S', ...sections].join('\n'), 'mermaid');
}

function tasks(phases: readonly Phase[], startedAt: number, endedAt: number): string[] {
  const shown = phases.length > MAX_PHASES ? [...phases.slice(0, MAX_PHASES - 1), ...phases.slice(-1)] : phases;
  return shown.map((phase, index) => {
    const from = Math.max(startedAt, phase.from);
    const to = Math.max(from + 1, shown[index + 1]?.from ?? endedAt);
    const { status, cause } = phase;
    const tag = cause && status !== 'current' && causeOf(cause).grace !== 'transient' ? 'crit, ' : (TAGS[status] ?? '');
    return `    ${escapeMermaid(cause ?? status)} :${tag}${from}, ${to}`;
  });
}

/** Drops characters that Mermaid would read as its own syntax. */
function escapeMermaid(text: string): string {
  return text.replace(/[:;#,%{}<>"\r\n]/g, ' ');
}
