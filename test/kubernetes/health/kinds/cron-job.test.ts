import { table } from '../table.ts';

table('batch/v1', 'CronJob', [
  ['scheduled', { spec: { schedule: '5 4 * * *' } }, 'current', /scheduled 5 4/],
  ['suspended on purpose', { spec: { suspend: true } }, 'current', /suspended \(spec.suspend\)/],
]);
