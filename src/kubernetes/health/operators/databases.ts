import type { StatusTable } from '../rule/status-table.ts';
import { any, atLeast, field, never, no, yes } from '../rule/status-test.ts';

const mariadb = ['k8s.mariadb.com'];
const state = (...values: string[]) => field('status.state', ...values);
const phase = (...values: string[]) => field('status.phase', ...values);

export const databases: readonly StatusTable[] = [
  {
    groups: ['pxc.percona.com', 'psmdb.percona.com', 'ps.percona.com', 'pgv2.percona.com'],
    kinds: ['PerconaXtraDBCluster', 'PerconaServerMongoDB', 'PerconaServerMySQL', 'PerconaPGCluster'],
    suspended: [state('paused'), field('spec.pause', true)],
    current: [state('ready')],
    troubled: [state('error')],
    counts: ['status.ready', 'status.size'],
    says: 'status.message',
  },
  {
    groups: ['pxc.percona.com', 'psmdb.percona.com', 'ps.percona.com'],
    kinds: [
      'PerconaXtraDBClusterBackup',
      'PerconaXtraDBClusterRestore',
      'PerconaServerMongoDBBackup',
      'PerconaServerMongoDBRestore',
      'PerconaServerMySQLBackup',
      'PerconaServerMySQLRestore',
    ],
    once: true,
    current: [state('Succeeded', 'ready')],
    failed: [state('Failed', 'error', 'rejected')],
    says: 'status.error',
  },
  {
    groups: ['mongodbcommunity.mongodb.com', 'mongodb.com'],
    kinds: ['MongoDBCommunity', 'MongoDB', 'MongoDBMultiCluster', 'MongoDBUser'],
    current: [phase('Running', 'Updated')],
    troubled: [phase('Failed')],
    says: 'status.message',
  },
  {
    groups: mariadb,
    kinds: ['MariaDB', 'MaxScale', 'Database', 'User', 'Grant', 'Connection'],
    suspended: [field('spec.suspend', true)],
    current: [yes('Ready')],
    troubled: [no('Ready', 'Failed')],
  },
  {
    groups: mariadb,
    kinds: ['Backup', 'Restore', 'SqlJob'],
    once: true,
    suspended: [no('Complete', 'JobSuspended')],
    // A Job that has failed is complete as well.
    current: [any({ ...yes('Complete'), except: ['JobFailed'] }, field('spec.schedule'))],
    failed: [yes('Complete', 'JobFailed'), no('Complete', 'Failed', 'JobFailed')],
  },
  {
    groups: ['mysql.oracle.com'],
    kinds: ['InnoDBCluster'],
    current: [field('status.cluster.status', 'ONLINE'), atLeast('status.cluster.onlineInstances', 'spec.instances')],
    counts: ['status.cluster.onlineInstances', 'spec.instances'],
  },
  {
    groups: ['redis.redis.opstreelabs.in'],
    kinds: ['RedisCluster'],
    current: [state('Ready')],
    troubled: [state('Failed')],
    says: 'status.reason',
  },
  {
    groups: ['cassandra.datastax.com'],
    kinds: ['CassandraDatacenter'],
    suspended: [field('spec.stopped', true)],
    current: [yes('Ready'), field('status.cassandraOperatorProgress', 'Ready'), never(yes('Updating'))],
  },
  {
    groups: ['clickhouse.altinity.com', 'clickhouse-keeper.altinity.com'],
    kinds: ['ClickHouseInstallation', 'ClickHouseKeeperInstallation'],
    suspended: [field('spec.stop', 'yes')],
    current: [field('status.status', 'Completed')],
    troubled: [field('status.status', 'Aborted')],
  },
  { groups: ['kubedb.com'], suspended: [phase('Halted')], current: [phase('Ready')] },
];
