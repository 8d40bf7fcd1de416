import { at, isObject, listAt, objectAt, stringAt } from '../../../src/json/json.ts';
import { isEqual, labelsOf, nameOf, type Obj, type ServedType } from './model.ts';
import { invalid } from './status.ts';

/** Sets the API server's defaults of the fields that controllers and clients read. Modifies the object. */
export function applyDefaults({ kind, group }: ServedType, object: Obj): void {
  const spec = object['spec'];
  if (!isObject(spec)) return;
  if (kind === 'Pod' && group === '') applyPodDefaults(spec);
  if (!['apps', 'batch'].includes(group)) return;
  const template = objectAt(spec, 'template', 'spec') ?? objectAt(spec, 'jobTemplate', 'spec', 'template', 'spec');
  if (template) applyPodDefaults(template);
  if (kind === 'Deployment' || kind === 'StatefulSet' || kind === 'ReplicaSet') spec['replicas'] ??= 1;
  if (kind === 'Deployment') {
    spec['strategy'] ??= {};
    const strategy = spec['strategy'];
    if (isObject(strategy)) {
      strategy['type'] ??= 'RollingUpdate';
      if (strategy['type'] === 'RollingUpdate')
        strategy['rollingUpdate'] = { maxSurge: '25%', maxUnavailable: '25%', ...objectAt(strategy, 'rollingUpdate') };
    }
    spec['revisionHistoryLimit'] ??= 10;
    spec['progressDeadlineSeconds'] ??= 600;
  }
  if (kind === 'StatefulSet') {
    spec['podManagementPolicy'] ??= 'OrderedReady';
    spec['updateStrategy'] ??= { type: 'RollingUpdate', rollingUpdate: { partition: 0 } };
    spec['revisionHistoryLimit'] ??= 10;
  }
  if (kind === 'DaemonSet') {
    spec['updateStrategy'] ??= { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } };
    spec['revisionHistoryLimit'] ??= 10;
  }
  if (kind === 'Job') {
    if (spec['completions'] === undefined && spec['parallelism'] === undefined) spec['completions'] = 1;
    spec['parallelism'] ??= 1;
    spec['backoffLimit'] ??= 6;
    spec['completionMode'] ??= 'NonIndexed';
    spec['suspend'] ??= false;
  }
}

function applyPodDefaults(spec: Record<string, unknown>): void {
  spec['restartPolicy'] ??= 'Always';
  spec['terminationGracePeriodSeconds'] ??= 30;
  for (const container of [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')]) {
    if (!isObject(container)) continue;
    const isLatest = /(^|\/)[^/:@]+(:latest)?$/.test(stringAt(container, 'image') ?? '');
    container['imagePullPolicy'] ??= isLatest ? 'Always' : 'IfNotPresent';
    container['terminationMessagePath'] ??= '/dev/termination-log';
    container['terminationMessagePolicy'] ??= 'File';
    container['resources'] ??= {};
  }
}

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/** Validates an object as the API server does. @throws Refusal 422 */
export function validate(type: ServedType, object: Obj, before: Obj | undefined): void {
  const name = nameOf(object);
  const required = (field: string, detail = '') => invalid(type, name, field, `Required value${detail}`);
  const wrong = (field: string, value: unknown, detail: string) =>
    invalid(type, name, field, `Invalid value: ${JSON.stringify(value)}: ${detail}`);
  if (!SUBDOMAIN.test(name) || name.length > 253) throw wrong('metadata.name', name, SUBDOMAIN_RULE);
  if (type.kind === 'Pod' && listAt(object, 'spec', 'containers').length === 0) throw required('spec.containers');
  if (!['apps', 'batch'].includes(type.group) || at(object, 'spec', 'template') === undefined) return;
  if (listAt(object, 'spec', 'template', 'spec', 'containers').length === 0)
    throw required('spec.template.spec.containers');
  if (type.kind === 'Job') {
    const template = at(object, 'spec', 'template');
    if (before && !isEqual(at(before, 'spec', 'template'), template))
      throw wrong('spec.template', template, 'field is immutable');
    if (stringAt(template, 'spec', 'restartPolicy') === 'Always')
      throw required('spec.template.spec.restartPolicy', ': valid values: "OnFailure", "Never"');
    return;
  }
  const selector = at(object, 'spec', 'selector');
  if (before && !isEqual(at(before, 'spec', 'selector'), selector))
    throw wrong('spec.selector', selector, 'field is immutable');
  const matchLabels = Object.entries(objectAt(selector, 'matchLabels') ?? {});
  if (matchLabels.length === 0 && at(selector, 'matchExpressions') === undefined) throw required('spec.selector');
  const labels = labelsOf(at(object, 'spec', 'template'));
  if (matchLabels.some(([key, value]) => labels[key] !== value))
    throw wrong('spec.template.metadata.labels', labels, '`selector` does not match template `labels`');
}

/** The status of a new object. */
export function initialStatus({ kind, group, statusSubresource }: ServedType): Obj | undefined {
  if (!statusSubresource || group.includes('.')) return undefined;
  if (kind === 'Pod') return { phase: 'Pending', qosClass: 'BestEffort' };
  if (kind === 'StatefulSet') return { replicas: 0, availableReplicas: 0 };
  if (kind === 'DaemonSet')
    return { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 };
  return {};
}
