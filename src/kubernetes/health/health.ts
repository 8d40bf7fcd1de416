import { numberAt } from '../../json/json.ts';
import { groupOf, type KubernetesObject } from '../objects/object.ts';
import { ruleFor } from './kind-rules.ts';
import { byConditions } from './rule/by-conditions.ts';
import type { HealthVerdict } from './rule/kind-rule.ts';

/** The health of an object by its own status alone. */
export function judgeHealth(object: KubernetesObject): HealthVerdict {
  if (object.metadata.deletionTimestamp !== undefined) return { status: 'progressing', message: 'is being deleted' };
  const notObserved = notObservedYet(object);
  if (notObserved) return { status: 'progressing', message: notObserved };
  const rule = ruleFor(groupOf(object), object.kind);
  return rule ? rule.judge(object) : byConditions(object);
}

/** A message if the controller has not observed the current spec yet. The rest of the status then describes an earlier spec. */
export function notObservedYet(object: KubernetesObject): string | undefined {
  const rule = ruleFor(groupOf(object), object.kind);
  const observed = rule?.observedGeneration?.(object) ?? numberAt(object, 'status', 'observedGeneration');
  if (observed !== undefined && observed < (object.metadata.generation ?? 0))
    return 'the controller has not seen the change yet';
  return observed === undefined && rule?.writesObservedGeneration ? 'the controller has not seen it yet' : undefined;
}
