import type { StatusCriteria } from '../rule/status-criteria.ts';
import { apiGateways } from './api-gateways.ts';
import { argo } from './argo.ts';
import { certManager } from './cert-manager.ts';
import { clouds } from './clouds.ts';
import { clusters } from './clusters.ts';
import { compute } from './compute.ts';
import { crossplane } from './crossplane.ts';
import { databases } from './databases.ts';
import { promotion } from './gitops-and-delivery.ts';
import { infrastructure } from './infrastructure.ts';
import { kafka } from './kafka.ts';
import { builtInKinds } from './kubernetes.ts';
import { monitoring } from './monitoring.ts';
import { networking } from './networking.ts';
import { pipelines } from './pipelines.ts';
import { policies } from './policies.ts';
import { postgres } from './postgres.ts';
import { rolloutTools } from './rollout-tools.ts';
import { searchAndQueues } from './search-and-queues.ts';
import { secrets } from './secrets.ts';
import { serverless } from './serverless.ts';
import { storage } from './storage.ts';
import { streams } from './streams.ts';

/** The criteria of every kind that needs no code, by section of docs/readiness.md. Add a new kind to a file in this folder. */
export const operatorCriteria = {
  Kubernetes: builtInKinds,
  'cert-manager': certManager,
  'External Secrets, Sealed Secrets': secrets,
  'Argo Workflows, Events, Rollouts, CD': argo,
  'Argo CD Promoter, Kargo': promotion,
  'Flagger, OpenKruise, OpenShift, OLM': rolloutTools,
  'Knative, KEDA': serverless,
  'Istio, Traefik, Calico, Contour': networking,
  'Gloo, 3scale': apiGateways,
  Crossplane: crossplane,
  'AWS, Google, Azure': clouds,
  'Cluster API': clusters,
  'Karpenter, Gardener, OpenShift and others': infrastructure,
  'Open Cluster Management, Karmada, Kyverno': policies,
  Tekton: pipelines,
  'Prometheus, VictoriaMetrics, Grafana': monitoring,
  'Kafka (Strimzi)': kafka,
  PostgreSQL: postgres,
  'Other databases': databases,
  'Elastic, OpenSearch, RabbitMQ': searchAndQueues,
  'Numaflow, Numaplane, Keptn': streams,
  Storage: storage,
  'Virtual machines, data, machine learning': compute,
} as const satisfies Readonly<Record<string, readonly StatusCriteria[]>>;
