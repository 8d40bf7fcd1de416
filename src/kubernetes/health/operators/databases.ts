import type { StatusCriteria } from '../rule/status-criteria.ts';
import { any, atLeast, each, field, isFalse, isTrue, not } from '../rule/status-test.ts';

const mariadb = ['k8s.mariadb.com'];
const state = (...values: string[]) => field('status.state', ...values);
const phase = (...values: string[]) => field('status.phase', ...values);

export const databases: readonly StatusCriteria[] = [
  {
    groups: ['pxc.percona.com', 'psmdb.percona.com', 'ps.percona.com', 'pgv2.percona.com'],
    kinds: ['PerconaXtraDBCluster', 'PerconaServerMongoDB', 'PerconaServerMySQL', 'PerconaPGCluster'],
    suspended: [state('paused'), field('spec.pause', true)],
    current: [state('ready')],
    reportsError: [state('error')],
    counts: ['status.ready', 'status.size'],
    message: 'status.message',
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
    runsOnce: true,
    current: [state('Succeeded', 'ready')],
    failed: [state('Failed', 'error', 'rejected')],
    message: 'status.error',
  },
  {
    groups: ['mongodbcommunity.mongodb.com', 'mongodb.com'],
    kinds: ['MongoDBCommunity', 'MongoDB', 'MongoDBMultiCluster', 'MongoDBUser'],
    current: [phase('Running', 'Updated')],
    reportsError: [phase('Failed')],
    message: 'status.message',
  },
  {
    groups: mariadb,
    kinds: ['MariaDB', 'MaxScale', 'Database', 'User', 'Grant', 'Connection'],
    suspended: [field('spec.suspend', true)],
    current: [isTrue('Ready')],
    reportsError: [isFalse('Ready', 'Failed')],
  },
  {
    groups: mariadb,
    kinds: ['Backup', 'Restore', 'SqlJob'],
    runsOnce: true,
    suspended: [isFalse('Complete', 'JobSuspended')],
    // A failed Job is also Complete.
    current: [any({ ...isTrue('Complete'), except: ['JobFailed'] }, field('spec.schedule'))],
    failed: [isTrue('Complete', 'JobFailed'), isFalse('Complete', 'Failed', 'JobFailed')],
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
    reportsError: [state('Failed')],
    message: 'status.reason',
  },
  {
    groups: ['cassandra.datastax.com'],
    kinds: ['CassandraDatacenter'],
    suspended: [field('spec.stopped', true)],
    current: [isTrue('Ready'), field('status.cassandraOperatorProgress', 'Ready'), not(isTrue('Updating'))],
  },
  {
    groups: ['clickhouse.altinity.com', 'clickhouse-keeper.altinity.com'],
    kinds: ['ClickHouseInstallation', 'ClickHouseKeeperInstallation'],
    suspended: [field('spec.stop', 'yes')],
    current: [field('status.status', 'Completed')],
    reportsError: [field('status.status', 'Aborted', 'Failed')],
  },
  {
    groups: ['mariadb.mmontes.io'],
    kinds: ['MariaDB'],
    conventions: true,
    current: [isTrue('Ready')],
  },
  {
    groups: ['zookeeper.pravega.io'],
    kinds: ['ZookeeperCluster'],
    current: [atLeast('status.readyReplicas', 'spec.replicas'), atLeast('status.readyReplicas', 'status.replicas')],
    counts: ['status.readyReplicas', 'spec.replicas'],
  },
  {
    groups: ['cassandra.rook.io'],
    kinds: ['Cluster'],
    current: [each('status.racks', atLeast('readyMembers', 'members'))],
  },
  {
    groups: ['solr.apache.org'],
    kinds: ['SolrCloud'],
    conventions: true,
    current: [atLeast('status.readyReplicas', 'status.replicas')],
  },
  { groups: ['core.humio.com'], conventions: true, current: [] },
  { groups: ['kubedb.com'], suspended: [phase('Halted')], current: [phase('Ready')] },
];
