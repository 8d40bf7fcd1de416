import type { StatusCriteria } from '../rule/status-criteria.ts';
import { all, any, atLeast, field, isFalse, isTrue, not, same } from '../rule/status-test.ts';

const suspended = [field(['metadata', 'annotations', 'eck.k8s.elastic.co/managed'], 'false')];

/** The lowest version among its pods. */
const upgraded = any(not(field('status.version')), same('status.version', 'spec.version'));

/** Elastic (ECK), OpenSearch and RabbitMQ. */
export const searchAndQueues: readonly StatusCriteria[] = [
  {
    groups: ['elasticsearch.k8s.elastic.co'],
    kinds: ['Elasticsearch'],
    suspended,
    current: [
      field('status.phase', 'Ready'),
      field('status.health', 'green', 'yellow'),
      atLeast('status.availableNodes', 'spec.nodeSets.*.count'),
      upgraded,
    ],
    failed: [field('status.phase', 'Invalid')],
    reportsError: [all(field('status.phase', 'Ready'), field('status.health', 'red'))],
    pods: { by: { 'elasticsearch.k8s.elastic.co/cluster-name': { field: 'metadata.name' } } },
  },
  {
    groups: [
      'kibana.k8s.elastic.co',
      'apm.k8s.elastic.co',
      'enterprisesearch.k8s.elastic.co',
      'maps.k8s.elastic.co',
      'logstash.k8s.elastic.co',
    ],
    suspended,
    current: [field('status.health', 'green'), upgraded],
    counts: ['status.availableNodes', 'status.count'],
  },
  {
    groups: ['beat.k8s.elastic.co', 'agent.k8s.elastic.co'],
    suspended,
    current: [field('status.health', 'green'), atLeast('status.availableNodes', 'status.expectedNodes'), upgraded],
    counts: ['status.availableNodes', 'status.expectedNodes'],
  },
  {
    groups: ['opensearch.opster.io', 'opensearch.org'],
    kinds: ['OpenSearchCluster'],
    current: [field('status.phase', 'RUNNING')],
  },
  {
    groups: ['rabbitmq.com'],
    kinds: ['RabbitmqCluster'],
    suspended: [isFalse('AllReplicasReady', 'ScaledToZero')],
    current: [isTrue('ReconcileSuccess'), isTrue('ClusterAvailable'), isTrue('AllReplicasReady')],
    reportsError: [isFalse('ReconcileSuccess')],
    pods: {
      by: {
        'app.kubernetes.io/name': { field: 'metadata.name' },
        'app.kubernetes.io/component': { value: 'rabbitmq' },
      },
      desired: 'spec.replicas',
    },
  },
  {
    groups: ['rabbitmq.com'],
    kinds: [
      'Queue',
      'Exchange',
      'Binding',
      'User',
      'Vhost',
      'Policy',
      'OperatorPolicy',
      'Permission',
      'TopicPermission',
      'Federation',
      'Shovel',
      'SchemaReplication',
      'SuperStream',
    ],
    current: [isTrue('Ready')],
    reportsError: [isFalse('Ready')],
  },
];
