import { defined } from '../../core/defined.ts';
import { imageRepository } from '../../image/reference.ts';
import type { FileChange } from '../changes/file-change.ts';
import { type FoundField, startOf } from '../fields/find-fields.ts';
import { isSealedBySops } from '../fields/sops.ts';
import { resourceIdentity } from '../syntax/identity.ts';
import type { Alias, Scalar } from '../syntax/node.ts';
import { formatPath } from '../syntax/path.ts';
import { offsetInFile } from '../syntax/place.ts';
import type { BumpFinding, FileContext } from './bump-finding.ts';
import type { FieldWrite, PlanContext } from './field-writes.ts';
import { bumpFor, planField } from './plan-field.ts';
import { sealedField } from './sealed-field.ts';

/** `undefined` for a field of another image. */
export function bumpField(
  { kind, field }: FoundField,
  context: FileContext & Pick<PlanContext, 'othersWith'>,
): BumpFinding | undefined {
  const { file, rules, lineAt, othersWith } = context;
  const bump = bumpFor(field, rules.bumps);
  if (!bump) return undefined;
  const place = { bump, file, line: lineAt(startOf(field)) };
  const path = formatPath(field.path);
  const plan = planField(field, bump, { policy: rules.policy, othersWith });
  if (plan.kind !== 'writes') {
    const remark = { ...place, reason: `${path} ${plan.reason}`, why: plan.reason };
    if (plan.kind === 'refused') return { kind: 'refused', refused: { ...remark, obstacle: plan.obstacle } };
    const { cause } = plan.kind === 'unchanged' ? plan : {};
    return { kind: plan.kind, remark: { ...remark, ...defined({ cause }) } };
  }
  const { from, to, writes } = plan;
  if (writes.some(({ document }) => isSealedBySops(document))) {
    const { reason, obstacle } = sealedField(file, writes);
    return { kind: 'refused', refused: { ...place, reason: `${path} ${reason}`, why: reason, obstacle } };
  }
  const about = { from, to, image: imageRepository(bump.to), kind };
  const changes = writes.map((write): FileChange => ({ ...changeOf(write, context), ...about }));
  return { kind: 'matched', field: { ...place, path, kind, from, to, changes }, edits: writes };
}

function changeOf(write: FieldWrite, { file, lineAt }: FileContext) {
  const { document, text, path, shared } = write;
  const neighbor = write.kind === 'add' ? write.beside.key : write.node;
  // A new key of a block mapping gets its own line.
  const line = lineAt(offsetInFile(document, neighbor.span[0])) + (write.kind === 'add' && !write.node.flow ? 1 : 0);
  return {
    file,
    document: document.index,
    ...defined({ resource: resourceIdentity(document.holder?.document ?? document) }),
    path: formatPath(path),
    line,
    old: write.kind === 'set' ? textOf(write.node) : '',
    new: text,
    ...(write.kind === 'add' && neighbor.kind === 'scalar' ? { beside: neighbor.text } : {}),
    ...(shared ? ({ shared: true } as const) : {}),
    ...(write.kind === 'set' && write.node.kind === 'alias' ? ({ detached: true } as const) : {}),
  };
}

/** The text of a scalar, or of the scalar that an alias refers to. */
function textOf(node: Scalar | Alias): string {
  const scalar = node.kind === 'alias' ? node.target : node;
  return scalar?.kind === 'scalar' ? scalar.text : '';
}
