import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defined } from '../../../core/defined.ts';
import type { Env } from '../../../core/inputs.ts';
import type { Secrets } from '../../../core/secrets.ts';
import { appendToFile } from '../../../files/append.ts';
import { temporaryFolder } from '../../../files/temporary.ts';
import type { JsonObject } from '../../../json/json.ts';
import { ARMS } from '../metric/metric.ts';
import { missingReason, type SampleRound } from '../samples/samples.ts';

/** The files that later steps can read. */
export interface GateFiles {
  readonly samples: string;
  readonly report: string;
}

/** Creates a folder for each run, because one job may run several gates. */
export function createFiles(env: Env): GateFiles {
  const folder = temporaryFolder(env, 'canary-gate');
  const files = { samples: join(folder, 'samples.jsonl'), report: join(folder, 'report.md') };
  writeFileSync(files.samples, '');
  return files;
}

/**
 * Appends a line `{ time, metric, arm, value }` for each sample of a round. A missing sample has the value null and the reason
 * (`missing`, `error`). Written after every round, so a cancelled gate keeps its samples.
 */
export function appendRound(file: string, round: SampleRound, secrets: Pick<Secrets, 'redactJson'>): void {
  const lines = [...round.samples].flatMap(([metric, pair]) =>
    ARMS.flatMap((arm): JsonObject[] => {
      const sample = pair[arm];
      if (sample === undefined) return [];
      const head = { time: new Date(round.time).toISOString(), metric, arm };
      if (sample.kind === 'value') return [{ ...head, value: sample.value }];
      const error = sample.kind === 'error' ? sample.message : undefined;
      return [{ ...head, value: null, missing: missingReason(sample), ...defined({ error }) }];
    }),
  );
  appendToFile(file, lines.map((line) => `${secrets.redactJson(JSON.stringify(line))}\n`).join(''));
}
