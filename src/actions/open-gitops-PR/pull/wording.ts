import { createHash } from 'node:crypto';
import { code, codeBlock, details, escapeMarkdown, link, table } from '../../../core/markdown.ts';
import { shortDigest } from '../../../image/digest.ts';
import { parseReference } from '../../../image/reference.ts';
import type { FileChange } from '../../../manifest/changes/file-change.ts';
import type { Edit } from '../change/desired.ts';
import { changedLines } from '../change/lines.ts';
import type { Past } from '../change/reverted.ts';
import type { Inputs } from '../plan.ts';
import { fitting } from './fitting.ts';

/** What the commit and the pull request are called, and how the change is told in a table. */
export interface Wording {
  readonly title: string;
  readonly commitMessage: string;
  /** The body, given where the files can be looked at. */
  body(fileUrl: FileUrl): string;
  /** The change alone, for the job summary. */
  table(fileUrl: FileUrl): string;
}

/** The page of a file, at a line where one is known. */
export type FileUrl = (path: string, line?: number) => string;

interface Told {
  readonly inputs: Pick<Inputs, 'application' | 'environment' | 'changes' | 'title' | 'body' | 'commitMessage'>;
  readonly edits: readonly Edit[];
  readonly past: Past | undefined;
  readonly source: SourceCommit | undefined;
}

/** Where the change was asked for. */
export interface SourceCommit {
  /** `acme/shop@0123abcd` */
  readonly name: string;
  readonly url: string;
}

/** GitHub takes 65,536 characters; some are kept for what the action remembers at the end. */
const LONGEST_BODY = 65_536 - 1024;
const LONGEST_TITLE = 256;

export function wordingOf(told: Told): Wording {
  const { inputs, past } = told;
  const title = inputs.title ?? titleOf(told);
  const lead = past ? `Takes back ${past.name}: ${escapeMarkdown(past.title)}` : undefined;
  const source = told.source ? `Asked for by ${link(code(told.source.name), told.source.url)}.` : undefined;
  const message = inputs.commitMessage ?? [title, imageLines(inputs.changes ?? []).join('\n')].join('\n\n');
  return {
    title,
    commitMessage: message.trim(),
    body(fileUrl) {
      if (inputs.body !== undefined) return fitting([inputs.body], LONGEST_BODY);
      const end = source === undefined ? '' : `\n\n${source}`;
      const parts = [...(lead === undefined ? [] : [lead]), changeTable(told, fileUrl), ...diffsOf(told)];
      return `${fitting(parts, LONGEST_BODY - end.length)}${end}`;
    },
    table: (fileUrl) => changeTable(told, fileUrl),
  };
}

function titleOf({ inputs, edits, past }: Told): string {
  // What a change closed when it came in is not closed again when it goes.
  if (past) return `Revert "${shortened(past.title.replace(/([@#])(?=\w)/g, '$1\u200b'), LONGEST_TITLE - 9)}"`;
  const into = inputs.environment === undefined ? '' : ` ${inputs.changes ? 'to' : 'in'} ${inputs.environment}`;
  const images = [...new Set((inputs.changes ?? []).map(({ to }) => to))];
  const [only] = images;
  if (images.length === 1 && only !== undefined)
    return `Deploy ${inputs.application ?? only.replace(/[:@].*$/, '')} ${versionOf(only)}${into}`;
  if (images.length > 1) return `Deploy ${inputs.application ?? `${images.length} images`}${into}`;
  return `Update ${inputs.application ?? `${edits.length} files`}${into}`;
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`;
}

function imageLines(changes: readonly FileChange[]): string[] {
  return [...new Set(changes.map(({ from, to }) => `${from} → ${to}`.replace(/\s+/g, ' ')))];
}

function changeTable({ inputs, edits }: Told, fileUrl: FileUrl): string {
  const rows = (inputs.changes ?? []).map(({ image, from, to, file, line }) => [
    code(image),
    code(versionOf(from)),
    code(versionOf(to)),
    link(code(`${file}:${line}`), fileUrl(file, line)),
  ]);
  if (rows.length > 0) return table(['image', 'from', 'to', 'file'], rows);
  const files = edits.map(({ path, before, after }) => [
    after === undefined ? code(path) : link(code(path), fileUrl(path)),
    changeOf({ path, before, after }),
  ]);
  return table(['file', 'change'], files);
}

function changeOf({ before, after }: Edit): string {
  if (before === undefined || after === undefined) return before === undefined ? 'added' : 'removed';
  const images = imageChanges(before.content.toString('utf8'), after.content.toString('utf8'));
  return images.map(({ from, to }) => `${code(from)} → ${code(to)}`).join('<br>') || 'changed';
}

const IMAGE_FIELD = /^[-+] \s*(?:- )?(image|newTag|newName|tag|imageTag|digest):\s*["']?([^\s"'#]+)/;

/** Image fields that differ, as far as single lines tell: enough for a table, and never more of a file than that. */
function imageChanges(before: string, after: string): { readonly from: string; readonly to: string }[] {
  const lines = changedLines(before, after, Number.POSITIVE_INFINITY).flatMap((line) => {
    const [, key, value] = IMAGE_FIELD.exec(line) ?? [];
    return key === undefined || value === undefined ? [] : [{ old: line.startsWith('-'), key, value }];
  });
  return lines.flatMap(({ old, key, value }, i) => {
    const now = old ? lines.slice(i + 1).find((line) => !line.old && line.key === key) : undefined;
    return now === undefined ? [] : [{ from: value, to: now.value }];
  });
}

/** Shown before someone has to open the files themselves. */
const DIFFS = 10;
const DIFF_LINES = 30;

/** In the pull request alone: job summaries may be read by people who may not read the GitOps repository. */
function diffsOf({ inputs, edits }: Told): string[] {
  return inputs.changes === undefined ? edits.slice(0, DIFFS).flatMap(diffOf) : [];
}

function diffOf({ path, before, after }: Edit): string[] {
  const [old, now] = [before?.content ?? Buffer.alloc(0), after?.content ?? Buffer.alloc(0)];
  if (old.includes(0) || now.includes(0)) return [];
  const lines = changedLines(old.toString('utf8'), now.toString('utf8'), DIFF_LINES);
  return lines.length === 0 ? [] : [details(path, codeBlock(lines.join('\n'), 'diff'))];
}

/** What tells one version of an image from another: tag and shortened digest. */
export function versionOf(reference: string): string {
  const parsed = parseReference(reference);
  const digest = parsed?.digest === undefined ? undefined : shortDigest(parsed.digest);
  return [parsed?.tag, digest].filter((part) => part !== undefined).join('@') || reference;
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text.replaceAll('\r\n', '\n').trim()).digest('hex').slice(0, 16);
}
