import { FakePrometheus } from '../../../fakes/prometheus/server.ts';
import type { Scenario } from '../scenario.ts';

const TOKEN = 'the-token-of-the-metrics-server';
const QUERY = 'value{track="{{ arm }}"}';

/** A gate that takes three rounds of samples. */
export const gate: Scenario = {
  name: 'canary-gate',
  action: 'canary-gate',
  async stage(world) {
    const prometheus = await FakePrometheus.start({ token: TOKEN });
    for (const arm of ['stable', 'canary']) prometheus.answer(QUERY.replace('{{ arm }}', arm), () => 100);
    world.write(
      'workspace',
      'canary.yaml',
      `metrics:\n  - { name: latency, query: '${QUERY}', direction: increase, unit: ms, threshold: "< 200" }\n`,
    );
    return {
      inputs: {
        address: prometheus.url,
        token: TOKEN,
        config: 'canary.yaml',
        judge: 'threshold',
        baseline: 'stable',
        canary: 'canary',
        duration: '2s',
        interval: '1s',
      },
      servers: { metrics: { faults: prometheus.faults } },
      secrets: [TOKEN],
      waits: [/ 1\/\d/],
      keeps: /^canary-gate-/,
      state: () => 'nothing is changed',
      close: () => prometheus.close(),
    };
  },
};
