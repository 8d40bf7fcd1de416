import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Env } from '../../../core/inputs.ts';
import type { Secrets } from '../../../core/secrets.ts';
import { temporaryFolder } from '../../../files/temporary.ts';
import type { JsonObject } from '../../../json/json.ts';
import { ARMS } from '../metric/metric.ts';
import { missingReason, type SampleRound } from '../sampling/samples.ts';

/** The files that a gate leaves behind, in a folder of its own: several gates may run in one job. */
export interface GateFiles {
  readonly samples: string;
  readonly report: string;
}

export function createFiles(env: Env): GateFiles {
  const folder = temporaryFolder(env, 'canary-gate');
  const files = { samples: join(folder, 'samples.jsonl'), report: join(folder, 'report.md') };
  writeFileSync(files.samples, '');
  return files;
}

/**
 * Appends a round: a line `{ time, metric, arm, value }` for each sample; a missing one has the value null and says why (`missing`, `error`).
 * Written round by round, so that a cancelled gate leaves what it saw.
 */
export function appendRound(file: string, round: SampleRound, secrets: Pick<Secrets, 'redact'>): void {
  const lines = [...round.samples].flatMap(([metric, pair]) =>
    ARMS.flatMap((arm): JsonObject[] => {
      const sample = pair[arm];
      if (sample === undefined) return [];
      const head = { time: new Date(round.time).toISOString(), metric, arm };
      if (sample.kind === 'value') return [{ ...head, value: sample.value }];
      const error = sample.kind === 'error' ? { error: sample.message } : {};
      return [{ ...head, value: null, missing: missingReason(sample), ...error }];
    }),
  );
  appendFileSync(file, secrets.redact(lines.map((line) => `${JSON.stringify(line)}\n`).join('')));
}
