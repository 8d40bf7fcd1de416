import { randomBytes } from 'node:crypto';
import { cluster } from '../tools/modules.ts';
import { program } from '../tools/toolbox.ts';
import { run } from './run.ts';

/** Runs kubectl on one cluster. The tests read the cluster with it, independently of the client under test. */
export class Kubectl {
  readonly kubeconfig: string;

  constructor(kubeconfig: string) {
    this.kubeconfig = kubeconfig;
  }

  run(...args: string[]): Promise<string> {
    return run(program(cluster, 'kubectl'), args, { env: { KUBECONFIG: this.kubeconfig } });
  }

  /** Applies objects of any kind. */
  async apply(...objects: object[]): Promise<void> {
    await this.applyText(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  }

  /** Applies objects that don't name their namespace. */
  async applyTo(namespace: string, ...objects: object[]): Promise<void> {
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
    await this.applyText(input, '--namespace', namespace);
  }

  /** Applies manifests in YAML or JSON. `options` are options of kubectl. */
  async applyText(input: string, ...options: string[]): Promise<void> {
    const args = ['apply', '--server-side', '--force-conflicts', ...options, '-f', '-'];
    await run(program(cluster, 'kubectl'), args, { input, env: { KUBECONFIG: this.kubeconfig } });
  }

  /** Reads one field as text. `path` is a JSONPath without braces, such as `.status.phase`. */
  get(resource: string, namespace: string, path: string): Promise<string> {
    return this.run('get', resource, '--namespace', namespace, '--output', `jsonpath={${path}}`);
  }

  /**
   * Waits (with a watch) until the object exists and a field (a JSONPath without braces) has a value.
   * `resource` is `kind/name`, or `kind label=value` for all objects with the label.
   */
  async wait(resource: string, namespace: string, path: string, value: string, timeout = '60s'): Promise<void> {
    const [kind = '', selector] = resource.split(' ');
    const selected = selector === undefined ? [] : ['--selector', selector];
    const common = [kind, ...selected, '--namespace', namespace, '--timeout', timeout];
    await this.run('wait', '--for=create', ...common);
    await this.run('wait', `--for=jsonpath={${path}}=${value}`, ...common);
  }

  /** Waits until a condition of the object is True. */
  waitForCondition(resource: string, namespace: string, condition: string): Promise<void> {
    return this.wait(resource, namespace, `.status.conditions[?(@.type=="${condition}")].status`, 'True');
  }

  /** Waits until the kind of the CustomResourceDefinition `plural.group` can be used. */
  async waitForKind(definition: string): Promise<void> {
    const resource = `crd/${definition}`;
    // The conditions are null until the names are accepted, and kubectl can't search null.
    await this.wait(resource, 'default', '.status.acceptedNames.plural', definition.split('.')[0] ?? '');
    await this.waitForCondition(resource, 'default', 'Established');
  }

  /** Creates a namespace whose name starts with `prefix`, and waits until it can run pods. */
  async createNamespace(prefix: string): Promise<string> {
    const name = `${prefix}-${randomBytes(3).toString('hex')}`;
    await this.run('create', 'namespace', name);
    await this.wait('serviceaccount/default', name, '.metadata.name', 'default');
    return name;
  }
}
