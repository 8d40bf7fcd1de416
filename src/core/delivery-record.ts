import { join } from 'node:path';
import type { JsonObject } from '../json/json.ts';
import type { Status, Subject } from './action-report.ts';
import { defined } from './defined.ts';
import type { Env } from './inputs.ts';
import { runUrl } from './workflow-run.ts';

/** What an action did, as data for later reports. It contains no secrets. */
export interface DeliveryRecord {
  readonly schema: 1;
  readonly action: string;
  readonly status: Status;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly repository: string;
  readonly sha: string;
  readonly runUrl: string;
  readonly environment?: string;
  readonly subject?: Subject;
  readonly details: JsonObject;
}

interface ActionRun {
  readonly action: string;
  readonly status: Status;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly environment: string | undefined;
  readonly subject: Subject | undefined;
  readonly details: JsonObject;
}

export function deliveryRecord(run: ActionRun, env: Env): DeliveryRecord {
  return {
    schema: 1,
    action: run.action,
    status: run.status,
    startedAt: new Date(run.startedAt).toISOString(),
    finishedAt: new Date(run.finishedAt).toISOString(),
    repository: env['GITHUB_REPOSITORY'] ?? '',
    sha: env['GITHUB_SHA'] ?? '',
    runUrl: runUrl(env) ?? '',
    ...defined({ environment: run.environment, subject: run.subject }),
    details: run.details,
  };
}

/** The file that collects the records of a job, one per line. */
export function recordFile(env: Env): string | undefined {
  const folder = env['RUNNER_TEMP'];
  return folder ? join(folder, 'delivery-records.jsonl') : undefined;
}
