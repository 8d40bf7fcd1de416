import type { Obj } from './model.ts';

/** A digest of 64 times the same hexadecimal digit. */
export function digestOf(digit: string): string {
  return `sha256:${digit.repeat(64)}`;
}

/** In a registry that refuses every connection, so that no test asks a real one. */
export const REPOSITORY = '127.0.0.1:9/acme/shop';

interface Parts {
  readonly name?: string;
  readonly namespace?: string;
  readonly image?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** In addition to selector and template. */
  readonly spec?: Obj;
  /** In addition to the container `app`. */
  readonly pod?: Obj;
}

function workload(
  kind: string,
  { name = 'shop', namespace = 'default', image = `${REPOSITORY}:v1`, ...parts }: Parts,
): Obj {
  const labels = { app: name };
  const isJob = kind === 'Job';
  return {
    apiVersion: isJob ? 'batch/v1' : 'apps/v1',
    kind,
    metadata: { name, namespace, labels: { ...labels, ...parts.labels } },
    spec: {
      ...(isJob ? {} : { selector: { matchLabels: labels } }),
      ...parts.spec,
      template: {
        metadata: { labels },
        spec: { ...(isJob ? { restartPolicy: 'Never' } : {}), containers: [{ name: 'app', image }], ...parts.pod },
      },
    },
  };
}

export function deployment({ spec, ...parts }: Parts = {}): Obj {
  return workload('Deployment', { ...parts, spec: { replicas: 3, ...spec } });
}

export function statefulSet({ spec, ...parts }: Parts = {}): Obj {
  return workload('StatefulSet', { name: 'db', ...parts, spec: { replicas: 3, serviceName: 'db', ...spec } });
}

export function daemonSet(parts: Parts = {}): Obj {
  return workload('DaemonSet', { name: 'agent', ...parts });
}

export function job(parts: Parts = {}): Obj {
  return workload('Job', { name: 'migrate', ...parts });
}
