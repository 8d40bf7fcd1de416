import type { StatusCriteria } from '../rule/status-criteria.ts';
import { argo } from './argo.ts';
import { certManager } from './cert-manager.ts';
import { clouds } from './clouds.ts';
import { clusters } from './clusters.ts';
import { compute } from './compute.ts';
import { crossplane } from './crossplane.ts';
import { databases } from './databases.ts';
import { kafka } from './kafka.ts';
import { builtInKinds } from './kubernetes.ts';
import { monitoring } from './monitoring.ts';
import { networking } from './networking.ts';
import { pipelines } from './pipelines.ts';
import { postgres } from './postgres.ts';
import { rolloutTools } from './rollout-tools.ts';
import { searchAndQueues } from './search-and-queues.ts';
import { secrets } from './secrets.ts';
import { serverless } from './serverless.ts';
import { storage } from './storage.ts';

/** The criteria of every kind that needs no code, by section of docs/readiness.md. Add a new kind to a file in this folder. */
export const operatorCriteria = {
  Kubernetes: builtInKinds,
  'cert-manager': certManager,
  'External Secrets, Sealed Secrets': secrets,
  'Argo Workflows, Events, Rollouts, CD': argo,
  'Flagger, OpenKruise, OpenShift, OLM': rolloutTools,
  'Knative, KEDA': serverless,
  'Istio, Traefik, Calico, Contour': networking,
  Crossplane: crossplane,
  'AWS, Google, Azure': clouds,
  'Cluster API': clusters,
  Tekton: pipelines,
  'Prometheus, VictoriaMetrics, Grafana': monitoring,
  'Kafka (Strimzi)': kafka,
  PostgreSQL: postgres,
  'Other databases': databases,
  'Elastic, OpenSearch, RabbitMQ': searchAndQueues,
  Storage: storage,
  'Virtual machines, data, machine learning': compute,
} as const satisfies Readonly<Record<string, readonly StatusCriteria[]>>;
