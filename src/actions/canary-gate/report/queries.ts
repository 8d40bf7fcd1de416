import { codeBlock, escapeMarkdown } from '../../../core/markdown.ts';
import { ARMS } from '../metric/metric.ts';
import type { QueryPair } from '../queries/fill-queries.ts';

/** The queries of each metric as they are sent, as Markdown. @param language of the queries, for highlighting */
export function queryList(queries: ReadonlyMap<string, QueryPair>, language: string): string {
  return [...queries]
    .flatMap(([name, pair]) =>
      ARMS.flatMap((arm) => {
        const query = pair[arm];
        return query === undefined ? [] : [`**${escapeMarkdown(name)}**, ${arm}\n\n${codeBlock(query, language)}`];
      }),
    )
    .join('\n\n');
}
