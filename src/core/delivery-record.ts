import { join } from 'node:path';
import type { JsonObject } from '../json/json.ts';
import type { Status, Subject } from './action-report.ts';
import { defined } from './defined.ts';
import type { Env } from './inputs.ts';
import { runUrl } from './workflow-run.ts';

/** What an action did, as data: the reports of a delivery are computed from these alone. It holds no secret. */
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

export function deliveryRecord(deed: ActionRun, env: Env): DeliveryRecord {
  return {
    schema: 1,
    action: deed.action,
    status: deed.status,
    startedAt: new Date(deed.startedAt).toISOString(),
    finishedAt: new Date(deed.finishedAt).toISOString(),
    repository: env['GITHUB_REPOSITORY'] ?? '',
    sha: env['GITHUB_SHA'] ?? '',
    runUrl: runUrl(env) ?? '',
    ...defined({ environment: deed.environment, subject: deed.subject }),
    details: deed.details,
  };
}

/** The file in which the records of one job gather, a line each. */
export function recordFile(env: Env): string | undefined {
  const folder = env['RUNNER_TEMP'];
  return folder ? join(folder, 'delivery-records.jsonl') : undefined;
}
