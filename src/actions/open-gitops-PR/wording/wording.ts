import { showInvisible } from '../../../core/invisible.ts';
import { code, escapeMarkdown, link } from '../../../core/markdown.ts';
import type { FileChange } from '../../../manifest/changes/file-change.ts';
import type { DesiredFile } from '../change/desired-state.ts';
import type { MergedChange } from '../change/revert.ts';
import type { GitOpsInputs } from '../inputs.ts';
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
  readonly inputs: Pick<GitOpsInputs, 'application' | 'environment' | 'changes' | 'title' | 'body' | 'commitMessage'>;
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
const LONGEST_TITLE = 256;

export function wordingOf(facts: WordingFacts): Wording {
  const { inputs, edits, reverted, source } = facts;
  const changes = { changes: inputs.changes, edits };
  const title = inputs.title ?? defaultTitle(facts);
  const lead = reverted ? [`Reverts ${reverted.name}: ${escapeMarkdown(reverted.title)}`] : [];
  const end = source ? `\n\nRequested by ${link(code(source.name), source.url)}.` : '';
  const message = inputs.commitMessage ?? [title, imageLines(inputs.changes ?? []).join('\n')].join('\n\n');
  return {
    title,
    commitMessage: message.trim(),
    body(fileUrl) {
      if (inputs.body !== undefined) return truncateMarkdown([inputs.body], LONGEST_BODY);
      const parts = [...lead, changeTable(changes, fileUrl), ...fileDiffs(changes)];
      return `${truncateMarkdown(parts, LONGEST_BODY - end.length)}${end}`;
    },
    table: (fileUrl) => changeTable(changes, fileUrl),
  };
}

function defaultTitle({ inputs, edits, reverted }: WordingFacts): string {
  // A zero-width space keeps the reverted title's mentions and issue references from taking effect again.
  if (reverted)
    return `Revert "${truncate(showInvisible(reverted.title).replace(/([@#])(?=\w)/g, '$1\u200b'), LONGEST_TITLE - 9)}"`;
  const { application, environment, changes = [] } = inputs;
  const images = [...new Set(changes.map(({ to }) => to))];
  const [only] = images;
  const preposition = inputs.changes ? 'to' : 'in';
  const target = environment === undefined ? '' : ` ${preposition} ${environment}`;
  if (images.length === 1 && only !== undefined)
    return `Deploy ${application ?? only.replace(/[:@].*$/, '')} ${versionOf(only)}${target}`;
  if (images.length > 1) return `Deploy ${application ?? `${images.length} images`}${target}`;
  return `Update ${application ?? `${edits.length} files`}${target}`;
}

function truncate(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).toWellFormed()}…`;
}

function imageLines(changes: readonly FileChange[]): string[] {
  return [...new Set(changes.map(({ from, to }) => `${from} → ${to}`.replace(/\s+/g, ' ')))];
}
