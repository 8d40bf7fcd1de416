import type { StatusCriteria } from '../rule/status-criteria.ts';
import { atLeast, isTrue, same } from '../rule/status-test.ts';

const groups = ['kafka.strimzi.io'];
const suspended = [isTrue('ReconciliationPaused')];

/** Strimzi. */
export const kafka: readonly StatusCriteria[] = [
  {
    groups,
    kinds: [
      'Kafka',
      'KafkaConnect',
      'KafkaConnector',
      'KafkaBridge',
      'KafkaMirrorMaker',
      'KafkaMirrorMaker2',
      'KafkaTopic',
      'KafkaUser',
    ],
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
    groups: ['core.strimzi.io'],
    kinds: ['StrimziPodSet'],
    current: [atLeast('status.readyPods', 'status.pods'), same('status.currentPods', 'status.pods')],
    counts: ['status.readyPods', 'status.pods'],
  },
];
