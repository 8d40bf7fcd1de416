import { at, isObject, listAt, objectAt, stringAt } from '../../../src/json/json.ts';
import { isEqual, labelsOf, nameOf, type Obj, type ServedType } from './model.ts';
import { Refusal } from './status.ts';

/** Fills in what the API server fills in of what a controller or a client reads. Changes the object. */
export function fillIn({ kind, group }: ServedType, object: Obj): void {
  const spec = object['spec'];
  if (!isObject(spec)) return;
  if (kind === 'Pod' && group === '') fillInPod(spec);
  if (!['apps', 'batch'].includes(group)) return;
  const template = objectAt(spec, 'template', 'spec') ?? objectAt(spec, 'jobTemplate', 'spec', 'template', 'spec');
  if (template) fillInPod(template);
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

function fillInPod(spec: Record<string, unknown>): void {
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

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/** What the API server does not take. @throws Refusal 422 */
export function validate(type: ServedType, object: Obj, before: Obj | undefined): void {
  const name = nameOf(object);
  const invalid = (what: string) =>
    new Refusal(422, 'Invalid', `${qualifiedKind(type)} "${name}" is invalid: ${what}`, { name, kind: type.kind });
  if (!SUBDOMAIN.test(name) || name.length > 253)
    throw invalid(
      `metadata.name: Invalid value: "${name}": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character`,
    );
  if (type.kind === 'Pod') {
    if (listAt(object, 'spec', 'containers').length === 0) throw invalid('spec.containers: Required value');
    return;
  }
  if (!['apps', 'batch'].includes(type.group) || at(object, 'spec', 'template') === undefined) return;
  if (listAt(object, 'spec', 'template', 'spec', 'containers').length === 0)
    throw invalid('spec.template.spec.containers: Required value');
  if (type.kind === 'Job') {
    if (before && !isEqual(at(before, 'spec', 'template'), at(object, 'spec', 'template')))
      throw invalid('spec.template: Invalid value: field is immutable');
    if (stringAt(object, 'spec', 'template', 'spec', 'restartPolicy') === 'Always')
      throw invalid('spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"');
    return;
  }
  const wanted = Object.entries(objectAt(object, 'spec', 'selector', 'matchLabels') ?? {});
  if (wanted.length === 0 && at(object, 'spec', 'selector', 'matchExpressions') === undefined)
    throw invalid('spec.selector: Required value');
  const labels = labelsOf(at(object, 'spec', 'template'));
  if (wanted.some(([key, value]) => labels[key] !== value))
    throw invalid('spec.template.metadata.labels: Invalid value: `selector` does not match template `labels`');
  if (before && !isEqual(at(before, 'spec', 'selector'), at(object, 'spec', 'selector')))
    throw invalid('spec.selector: Invalid value: field is immutable');
}

function qualifiedKind({ group, kind }: ServedType): string {
  return group === '' ? kind : `${kind}.${group}`;
}
