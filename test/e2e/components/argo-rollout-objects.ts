/** Labels of the Rollout's pods. */
export const labels = { app: 'shop' };

/** A pod template with one container `app`. `spec` adds to the pod's spec. */
export function podTemplate(container: object, spec: object = {}): object {
  const containers = [{ name: 'app', ...container }];
  return { metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, containers, ...spec } };
}

/** An AnalysisTemplate `check` for the controller that acts on these labels. */
export function analysisTemplate(
  metrics: readonly object[],
  controllerLabels: Readonly<Record<string, string>>,
): object {
  const metadata = { name: 'check', labels: controllerLabels };
  return { apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisTemplate', metadata, spec: { metrics } };
}

/** A Rollout `shop` with two pods for the controller that acts on these labels, and its Service. */
export function rolloutAndService(spec: object, controllerLabels: Readonly<Record<string, string>>): object[] {
  const service = { selector: labels, ports: [{ port: 8080 }] };
  return [
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop' }, spec: service },
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'shop', labels: controllerLabels },
      spec: { replicas: 2, selector: { matchLabels: labels }, ...spec },
    },
  ];
}
