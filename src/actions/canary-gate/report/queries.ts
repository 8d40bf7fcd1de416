import { codeBlock, escapeMarkdown } from '../../../core/markdown.ts';
import type { QueryPair } from '../queries/fill-queries.ts';

/** The queries of each metric as they are sent, as Markdown. */
export function queryList(queries: ReadonlyMap<string, QueryPair>): string {
  return [...queries]
    .map(([name, { baseline, canary }]) => {
      const arms =
        baseline === undefined ? [`# canary\n${canary}`] : [`# baseline\n${baseline}`, `# canary\n${canary}`];
      return `**${escapeMarkdown(name)}**\n\n${codeBlock(arms.join('\n'), 'promql')}`;
    })
    .join('\n\n');
}
