import type { ActionReport } from '../../core/action-report.ts';
import { counted } from '../../core/counted.ts';
import type { Log } from '../../core/log.ts';
import { escapeMarkdown } from '../../core/markdown.ts';
import type { contract } from './contract.ts';
import { platformsText } from './report/log.ts';
import { tagTable } from './report/summary.ts';
import { type BuildSpec, references } from './session/build-spec.ts';

/** Says what would be built and pushed. */
export function reportDryRun(log: Log, report: ActionReport<typeof contract>, spec: BuildSpec): void {
  const operation = spec.options.push ? 'build and push' : 'build';
  const what = `${operation} ${counted(references(spec).length, 'reference')}`;
  log.info(`✓ Dry run: would ${what}; nothing was built or pushed`);
  const source = escapeMarkdown(`${spec.source}${platformsText(spec)}`);
  report.section(
    `### build-image: dry run\nWould ${what} from ${source}; nothing was built or pushed.\n\n${tagTable(spec)}`,
  );
  report.detail({ dryRun: true, references: references(spec) });
}
