/** A kubeconfig (YAML) with one cluster, one user and one context, as cloud tools write it. */
export function kubeconfigFor({
  server,
  token,
  name = 'double',
  namespace = 'default',
}: {
  readonly server: string;
  readonly token?: string | undefined;
  readonly name?: string;
  readonly namespace?: string;
}): string {
  return `apiVersion: v1
kind: Config
clusters:
  - name: ${name}
    cluster:
      server: ${server}
users:
  - name: ${name}
    user: ${token === undefined ? '{}' : `\n      token: ${token}`}
contexts:
  - name: ${name}
    context:
      cluster: ${name}
      user: ${name}
      namespace: ${namespace}
current-context: ${name}
`;
}
