/** A Deployment with one container that listens on port 8080 and is ready when the port accepts connections. Its label `app` is its name. */
export function deployment(
  name: string,
  namespace: string,
  image: string,
  environment: Readonly<Record<string, string>> = {},
): object {
  const labels = { app: name };
  const container = {
    name: 'app',
    image,
    env: Object.entries(environment).map(([variable, value]) => ({ name: variable, value })),
    ports: [{ containerPort: 8080 }],
    readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 1, containers: [container] } },
    },
  };
}
