import { code, escapeMarkdown, link } from '../../../core/markdown.ts';
import { inertText, LONGEST_TITLE, titleLine } from '../../../github/inert-text.ts';
import type { FileChange } from '../../../manifest/changes/file-change.ts';
import type { DesiredFile } from '../change/desired-state.ts';
import type { MergedChange } from '../change/revert.ts';
import { changeTable, type FileUrl, fileDiffs } from './change-table.ts';
import { truncateMarkdown } from './truncate.ts';
import { versionOf } from './version.ts';

/** The texts of the commit, the pull request and the job summary. */
export interface Wording {
  readonly title: string;
  readonly commitMessage: string;
  body(fileUrl: FileUrl): string;
  /** The changes alone, for the job summary. */
  table(fileUrl: FileUrl): string;
}

interface WordingFacts {
  readonly application: string | undefined;
  readonly environment: string | undefined;
  /** Texts of the user, used as they are instead of our own. */
  readonly title: string | undefined;
  readonly body: string | undefined;
  readonly commitMessage: string | undefined;
  /** The changes of bump-manifest-tag, if they are the source. */
  readonly changes: readonly FileChange[] | undefined;
  readonly edits: readonly DesiredFile[];
  /** The change that is reverted. */
  readonly reverted: MergedChange | undefined;
  readonly source: SourceCommit | undefined;
}

/** The commit whose workflow requests the change. */
export interface SourceCommit {
  /** `acme/shop@0123abcd` */
  readonly name: string;
  readonly url: string;
}

/** GitHub accepts 65,536 characters. Some are reserved for the marker at the end. */
const LONGEST_BODY = 65_536 - 1024;

export function wordingOf(facts: WordingFacts): Wording {
  const { changes = [], reverted, source } = facts;
  const title = titleLine(facts.title ?? defaultTitle(facts));
  const lead = reverted ? [`Reverts ${reverted.name}: ${escapeMarkdown(reverted.title)}`] : [];
  const end = source ? `\n\nRequested by ${link(code(source.name), source.url)}.` : '';
  const message = facts.commitMessage ?? [title, imageLines(changes).join('\n')].join('\n\n');
  return {
    title,
    commitMessage: message.replace(/\r\n?/g, '\n').trim(),
    body(fileUrl) {
      if (facts.body !== undefined) return truncateMarkdown([facts.body], LONGEST_BODY);
      const parts = [...lead, changeTable(facts, fileUrl), ...fileDiffs(facts)];
      return `${truncateMarkdown(parts, LONGEST_BODY - end.length)}${end}`;
    },
    table: (fileUrl) => changeTable(facts, fileUrl),
  };
}

function defaultTitle({ application, environment, changes, edits, reverted }: WordingFacts): string {
  if (reverted) return `Revert "${titleLine(inertText(reverted.title), LONGEST_TITLE - 'Revert ""'.length)}"`;
  const images = [...new Set((changes ?? []).map(({ to }) => to))];
  const [only] = images;
  const preposition = changes ? 'to' : 'in';
  const target = environment === undefined ? '' : ` ${preposition} ${environment}`;
  if (images.length === 1 && only !== undefined)
    return inertText(`Deploy ${application ?? only.split(/[:@]/, 1)[0]} ${versionOf(only)}${target}`);
  if (images.length > 1) return `Deploy ${application ?? `${images.length} images`}${target}`;
  return `Update ${application ?? `${edits.length} files`}${target}`;
}

function imageLines(changes: readonly FileChange[]): string[] {
  return [...new Set(changes.map(({ from, to }) => inertText(`${from} → ${to}`)))];
}
