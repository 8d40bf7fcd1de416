import { readFileSync } from 'node:fs';
import { parseJson, stringAt } from '../../../src/json/json.ts';
import { readKeyValues } from '../../runner/command-files.ts';

export interface ActionResult {
  readonly exitCode: number;
  readonly outputs: Readonly<Record<string, string>>;
  /** The entries of output `resources`. */
  readonly resources: readonly unknown[];
  readonly summary: string;
  readonly log: readonly string[];
  /** The progress lines of the log, without their times. */
  readonly changes: readonly string[];
  /** The annotation of the failure, with its line breaks; empty if there is none. */
  readonly error: string;
  /** Milliseconds of the manual clock. */
  readonly elapsed: number;
}

/** Reads what the action has written. */
export function readResult(
  files: { readonly output: string; readonly summary: string },
  run: Pick<ActionResult, 'exitCode' | 'log' | 'elapsed'>,
): ActionResult {
  const outputs = readKeyValues(readFileSync(files.output, 'utf8'));
  const resources = parseJson(outputs['resources'] ?? '');
  const annotation = run.log.find((line) => line.startsWith('::error')) ?? '';
  return {
    ...run,
    outputs,
    resources: Array.isArray(resources) ? resources : [],
    summary: readFileSync(files.summary, 'utf8'),
    changes: run.log.flatMap((line) => /^ *[\d.]+s {2}(.*)$/.exec(line)?.[1] ?? []),
    error: annotation
      .replace(/^::error[^:]*(%3A[^:]*)*::/, '')
      .replaceAll('%0A', '\n')
      .replaceAll('%25', '%'),
  };
}

/** A text in an entry of output `resources`. */
export function textOf(entry: unknown, ...path: string[]): string {
  return stringAt(entry, ...path) ?? '';
}

/** `Deployment/shop current` for each entry of output `resources`, in order. */
export function statuses({ resources }: ActionResult): string[] {
  return resources.map((entry) => `${textOf(entry, 'kind')}/${textOf(entry, 'name')} ${textOf(entry, 'status')}`);
}
