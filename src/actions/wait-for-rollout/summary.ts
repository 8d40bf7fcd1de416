import { formatDuration } from '../../action/duration.ts';
import { block, code, details, plain, shortDigest, table } from '../../action/markdown.ts';
import { formatReference, imageRepository } from '../../image/reference.ts';
import { describeEvidence } from '../../kubernetes/doom/describe.ts';
import type { LastLines } from '../../kubernetes/rollout/evidence-logs.ts';
import type { Expectations } from './expectations.ts';
import { titleOf } from './targets.ts';
import type { Result } from './wait.ts';
import type { Watched } from './watched.ts';

interface Story {
  readonly result: Result | 'dry run';
  readonly targets: readonly Watched[];
  readonly expectations: Expectations;
  readonly waited: number;
  readonly lastLines: LastLines | undefined;
}

const MARKS: Readonly<Record<string, string>> = { current: '✓ current', failed: '✗ failed' };

/** The section of the job summary: what was waited for, and how each target stands. */
export function summaryOf({ result, targets, expectations, waited, lastLines }: Story): string {
  const rows = targets.map(({ target, assessment }) => [
    code(titleOf(target)),
    plain([target.namespace, target.cluster.context].filter(Boolean).join(', ')),
    MARKS[assessment.status] ?? `… ${assessment.status}`,
    assessment.total === undefined ? '–' : `${assessment.ready ?? 0}/${assessment.total}`,
    plain(
      [assessment.message, ...assessment.findings.slice(0, 1).map(({ evidence }) => describeEvidence(evidence))].join(
        '; ',
      ),
    ),
  ]);
  const expected = [
    ...expectations.images.map(({ reference, digest }) => code(`${imageRepository(reference)}@${shortDigest(digest)}`)),
    ...(expectations.revision ? [`commit ${code(expectations.revision.commit.slice(0, 9))}`] : []),
  ];
  return [
    `### wait-for-rollout: ${result}${result === 'dry run' ? '' : ` after ${formatDuration(waited)}`}`,
    ...(expected.length > 0 ? [`Expected: ${expected.join(', ')}`] : []),
    table(['target', 'where', 'status', 'ready', ''], rows),
    ...(lastLines
      ? [
          details(
            `Last lines of container ${lastLines.container} in pod ${lastLines.pod}`,
            block(lastLines.lines.join('\n')),
          ),
        ]
      : []),
  ].join('\n\n');
}

/** The entries of the output `resources`. */
export function resourcesOf(targets: readonly Watched[]) {
  return targets.map(({ target, assessment }) => {
    const { status, message, cause, ready, total, images, findings } = assessment;
    const [first] = findings;
    return {
      context: target.cluster.context,
      namespace: target.namespace,
      kind: target.type.kind,
      name: target.name,
      status,
      reason: cause ?? status,
      message,
      ...(ready === undefined ? {} : { ready }),
      ...(total === undefined ? {} : { total }),
      images: images.map(({ expected, proof }) => ({ expected: formatReference(expected.reference), ...proof })),
      ...(first
        ? {
            evidence: {
              cause: first.cause,
              object: `${first.evidence.object.kind}/${first.evidence.object.metadata.name}`,
              container: first.evidence.container,
              text: describeEvidence(first.evidence),
            },
          }
        : {}),
    };
  });
}
