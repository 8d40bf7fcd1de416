import * as yaml from 'yaml';
import { ActionError } from '../../../core/error.ts';
import { invalidInput } from '../../../core/inputs.ts';
import { describeFsError } from '../../../files/fs-error.ts';
import { type InputPath, resolveInputPath } from '../../../files/input-path.ts';
import { readTextFile } from '../../../files/regular-file.ts';
import { composeYaml } from '../../../json/compose-yaml.ts';
import type { YamlProblem } from '../../../json/yaml-problem.ts';
import type { Metric } from '../metric/metric.ts';
import { ConfigErrors } from './config-errors.ts';
import { readMetric } from './read-metric.ts';
import { withoutAliases } from './without-aliases.ts';

const { isMap, isScalar, isSeq } = yaml;

interface ConfigSources {
  readonly config: InputPath | undefined;
  readonly metrics: string | undefined;
  readonly cwd: string;
}

/**
 * Reads the metrics from the file `config` or from the text `metrics`.
 * @throws ActionError `input-missing`, `input-invalid`, `config-missing`, or `config-invalid` with every error and its line
 */
export async function readConfig({ config, metrics, cwd }: ConfigSources): Promise<readonly Metric[]> {
  if (config !== undefined && metrics !== undefined)
    throw invalidInput('metrics', 'is given together with `config`.', ['Give either the file or the list.']);
  if (metrics !== undefined) return parseConfig(metrics, 'metrics');
  if (config === undefined)
    throw new ActionError({
      code: 'input-missing',
      message: 'Neither `config` nor `metrics` is given, so there are no metrics to judge.',
      remedy: 'Name the file with the metrics, for example `config: deploy/canary.yaml`, or list them in `metrics`.',
    });
  return parseConfig(readConfigFile(config, cwd), config);
}

function readConfigFile(config: InputPath, cwd: string): string {
  const path = resolveInputPath('config', config, cwd);
  try {
    return readTextFile(path, { within: cwd });
  } catch (thrown) {
    throw new ActionError({
      code: 'config-missing',
      message: `The file \`${config}\` (input \`config\`) can't be read: ${describeFsError(thrown)}.`,
      remedy: 'Check the path, which is relative to the workspace, and that the job has checked out the repository.',
      cause: thrown,
    });
  }
}

/** @param file the name of the source in errors */
export function parseConfig(source: string, file: string): readonly Metric[] {
  const composed = composeYaml(yaml, source, { schema: 'core', uniqueKeys: true, merges: false });
  const lineOf = lineFinder(source);
  const errors = new ConfigErrors(lineOf);
  if (composed.kind !== 'composed') throw unreadable(composed, `${file}:${lineOf(composed.offset)}`);
  const another = composed.documents[1]?.range[0];
  if (another !== undefined) {
    const reason = 'has more than one document';
    throw unreadable({ kind: 'several-documents', reason }, `${file}:${lineOf(another)}`);
  }
  const root = withoutAliases(composed);
  const list = isMap(root) ? root.get('metrics', true) : root;
  if (isMap(root)) errors.addUnknownKeys(root, ['metrics'], 'the config');
  if (!isSeq(list)) {
    errors.add(list ?? root, 'a list of metrics is missing', 'start it with `metrics:` and a `- name: …` for each.');
    errors.throwIfAny(file);
  }
  const items = isSeq(list) ? list.items : [];
  if (items.length === 0) errors.add(isSeq(list) ? list : root, 'the list of metrics is empty');
  const metrics = new Map<string, Metric>();
  for (const item of items) {
    if (!isMap(item)) {
      errors.add(isScalar(item) || isSeq(item) ? item : root, 'a metric must be a mapping with `name` and `query`');
      continue;
    }
    const metric = readMetric(item, errors);
    if (!metric) continue;
    if (metrics.has(metric.name)) errors.add(item, `two metrics have the name "${metric.name}"`, 'give each its own.');
    metrics.set(metric.name, metric);
  }
  errors.throwIfAny(file);
  return [...metrics.values()];
}

function lineFinder(source: string): (offset: number) => number {
  const lines = new yaml.LineCounter();
  lines.addNewLine(0);
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) lines.addNewLine(at + 1);
  return (offset) => lines.linePos(offset).line;
}

interface Unreadable {
  readonly kind: YamlProblem['kind'] | 'several-documents';
  readonly reason: string;
}

function unreadable({ kind, reason }: Unreadable, place: string): ActionError {
  const isSyntax = kind === 'syntax';
  return new ActionError({
    code: 'config-invalid',
    message: `${place}: this ${isSyntax ? `is not YAML: ${reason}` : reason}.`,
    remedy: isSyntax
      ? 'Check indentation and quotes there; put a query that contains `: ` or ` #` in quotes or a block (`|`).'
      : 'Write the metrics out plainly; the README of canary-gate has an example.',
  });
}
