import type { StatusTable } from '../rule/status-table.ts';
import { atLeast, same, yes } from '../rule/status-test.ts';

const groups = ['kafka.strimzi.io'];
const suspended = [yes('ReconciliationPaused')];

/** Strimzi. */
export const kafka: readonly StatusTable[] = [
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
    current: [yes('Ready')],
    troubled: [{ ...yes('NotReady'), except: ['Creating'] }],
  },
  {
    groups,
    kinds: ['KafkaRebalance'],
    suspended,
    current: [yes('Ready')],
    paused: [yes('ProposalReady')],
    failed: [yes('NotReady'), yes('Stopped')],
  },
  {
    groups: ['core.strimzi.io'],
    kinds: ['StrimziPodSet'],
    current: [atLeast('status.readyPods', 'status.pods'), same('status.currentPods', 'status.pods')],
    counts: ['status.readyPods', 'status.pods'],
  },
];
