import { join } from 'node:path';
import { argoRollouts } from '../tools/modules.ts';
import { program, toolboxFolder } from '../tools/toolbox.ts';
import type { Cluster } from './cluster.ts';
import type { Harness } from './harness.ts';
import { freePorts } from './ports.ts';
import { answers } from './probe.ts';

/** A running Argo Rollouts controller. */
export interface ArgoRollouts {
  /** Labels that a Rollout must carry. The controller ignores all others, which an existing cluster may contain. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Starts an Argo Rollouts controller for the cluster. */
export async function startArgoRollouts(harness: Harness, { kubeconfig, kubectl }: Cluster): Promise<ArgoRollouts> {
  await kubectl.run(
    'apply',
    '--server-side',
    '--kustomize',
    join(toolboxFolder(argoRollouts), 'share', 'argo-rollouts-crds'),
  );
  const kinds = ['rollouts', 'analysisruns', 'analysistemplates', 'clusteranalysistemplates', 'experiments'];
  await Promise.all(kinds.map((kind) => kubectl.waitForKind(`${kind}.argoproj.io`)));
  const instance = `e2e-${process.pid}`;
  const [metrics, health] = await freePorts(2);
  await harness.daemon({
    name: 'argo-rollouts',
    program: program(argoRollouts, 'rollouts-controller'),
    args: [
      `--kubeconfig=${kubeconfig}`,
      '--leader-elect=false',
      `--instance-id=${instance}`,
      `--metricsport=${metrics}`,
      `--healthzPort=${health}`,
    ],
    probe: answers(`http://127.0.0.1:${health}/healthz`),
  });
  return { labels: { 'argo-rollouts.argoproj.io/controller-instance-id': instance } };
}
