import type { StatusCriteria } from '../rule/status-criteria.ts';
import { all, atLeast, each, field, isTrue, not, same, some } from '../rule/status-test.ts';

const groups = ['kafka.strimzi.io'];
const suspended = [isTrue('ReconciliationPaused')];

/** Strimzi. */
export const kafka: readonly StatusCriteria[] = [
  {
    groups,
    kinds: ['Kafka', 'KafkaConnect', 'KafkaBridge', 'KafkaMirrorMaker2'],
    suspended,
    current: [isTrue('Ready')],
    reportsError: [{ ...isTrue('NotReady'), except: ['Creating'] }],
    pods: { by: { 'strimzi.io/cluster': { field: 'metadata.name' }, 'strimzi.io/kind': { field: 'kind' } } },
  },
  {
    groups,
    kinds: ['KafkaConnector', 'KafkaMirrorMaker', 'KafkaTopic', 'KafkaUser'],
    suspended,
    current: [isTrue('Ready')],
    reportsError: [{ ...isTrue('NotReady'), except: ['Creating'] }],
  },
  {
    groups,
    kinds: ['KafkaRebalance'],
    suspended,
    current: [isTrue('Ready')],
    paused: [isTrue('ProposalReady')],
    failed: [isTrue('NotReady'), isTrue('Stopped')],
  },
  {
    groups: ['platform.confluent.io'],
    kinds: ['Connector'],
    current: [
      field('status.state', 'CREATED'),
      field('status.connectorState', 'RUNNING'),
      not(field('status.failedTasksCount')),
    ],
    reportsError: [field('status.state', 'ERROR'), field('status.failedTasksCount')],
  },
  {
    groups: ['platform.confluent.io'],
    kinds: ['Kafka', 'Connect', 'ControlCenter', 'KsqlDB', 'SchemaRegistry', 'Zookeeper', 'KRaftController'],
    conventions: true,
    current: [field('status.phase', 'RUNNING')],
  },
  {
    groups: ['kafka.banzaicloud.io'],
    kinds: ['KafkaCluster'],
    current: [
      field('status.state', 'ClusterRunning'),
      each('status.brokersState', field('configurationState', 'ConfigInSync')),
      field('status.cruiseControlTopicStatus', 'CruiseControlTopicReady'),
    ],
    degraded: [
      all(
        not(field('status.state', 'ClusterRollingUpgrading')),
        some(
          'status.brokersState',
          not(
            all(
              field('configurationState', 'ConfigInSync'),
              field('gracefulActionState.cruiseControlState', 'GracefulUpscaleSucceeded', 'GracefulDownscaleSucceeded'),
            ),
          ),
        ),
      ),
    ],
  },
  {
    groups: ['core.strimzi.io'],
    kinds: ['StrimziPodSet'],
    current: [atLeast('status.readyPods', 'status.pods'), same('status.currentPods', 'status.pods')],
    counts: ['status.readyPods', 'status.pods'],
  },
];
