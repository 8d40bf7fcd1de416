import { Flux } from '../../fakes/kubernetes/controllers/flux.ts';
import type { Obj } from '../../fakes/kubernetes/model.ts';
import { deployment, digestOf, REPOSITORY } from '../../fakes/kubernetes/workloads.ts';
import { Random } from '../../fakes/random.ts';
import { ClusterHarness } from './harness.ts';
import { injectRandomFaults } from './simulation.ts';

const FIRST = '1'.repeat(40);
const BEFORE = 'a'.repeat(40);
const COMMIT = 'b'.repeat(40);

/** What a commit does, and the reason that a wait for it must give. */
interface Release {
  readonly what: string;
  readonly reason: string;
  /** The next commit can take it back without a sync, because it has changed nothing. */
  readonly revert?: (commit: string) => void;
  /** @param objects other objects of the commit. */
  deliver(commit: string, objects: readonly Obj[]): void;
}

/** A tool that delivers commits. */
interface Tool {
  readonly resource: string;
  readonly releases: readonly Release[];
  /** Looks at the commit some time before it applies it. */
  look(commit: string): void;
}

const service = {
  kind: 'Service',
  version: 'v1',
  namespace: 'default',
  name: 'web',
  message: 'spec.ports: Required value',
};
const shop = (tag: string) => deployment({ image: `${REPOSITORY}:${tag}`, spec: { progressDeadlineSeconds: 60 } });

/** Releases of one Deployment that differ only in its image. */
function imageReleases(apply: (commit: string, objects: readonly Obj[]) => void): readonly Release[] {
  const reasons = { v2: 'current', v3: 'current', slow: 'current', absent: 'image-not-found', crashes: 'crash-loop' };
  return Object.entries(reasons).map(([tag, reason]) => ({
    what: `an image that is ${tag}`,
    reason,
    deliver: (commit, others) => apply(commit, [shop(tag), ...others]),
  }));
}

function argoCd({ argoCd: tool }: ClusterHarness): Tool {
  const release = (what: string, deliver: Release['deliver']) => ({ what, reason: 'sync-failed', deliver });
  const revert = (commit: string) => tool.find('shop', commit);
  return {
    resource: 'argocd/application/shop',
    look: (commit) => tool.compare('shop', commit),
    releases: [
      ...imageReleases((commit, objects) => tool.sync('shop', commit, objects)),
      {
        ...release('a sync that is rejected', (commit) => tool.failSync('shop', commit, 'Service "web" is invalid')),
        revert,
      },
      {
        what: 'a sync that waits for a Deployment whose image is absent',
        reason: 'image-not-found',
        deliver: (commit, others) => tool.beginSync('shop', commit, [shop('absent'), ...others]),
      },
      release('a sync that is tried again', (commit) => tool.retrySync('shop', commit, service)),
      {
        ...release('a PreSync hook that fails', (commit) => tool.failPreSync('shop', commit, 'migrate')),
        revert,
      },
      release('a PostSync hook that fails', (commit, others) =>
        tool.failPostSync('shop', commit, [shop('v2'), ...others], 'notify'),
      ),
      {
        ...release('manifests that can not be rendered', (commit) =>
          tool.failComparison('shop', `no file in ${commit}`),
        ),
        revert,
      },
    ],
  };
}

function kustomization({ kubernetes, clock }: ClusterHarness): Tool {
  const tool = new Flux(kubernetes.store, clock);
  const release = (what: string, deliver: Release['deliver']) => ({ what, reason: 'reconcile-failed', deliver });
  return {
    resource: 'flux-system/kustomization/shop',
    look: (commit) => tool.build('shop', commit),
    releases: [
      ...imageReleases((commit, objects) => tool.apply('shop', commit, objects)),
      release('manifests that can not be built', (commit) => tool.fail('shop', commit, 'BuildFailed', 'no such file')),
      release('manifests that are rejected', (commit) =>
        tool.fail('shop', commit, 'ReconciliationFailed', 'Service/default/web dry-run failed'),
      ),
    ],
  };
}

/** Simulates a commit after another one that may be broken. @returns what is wrong about the result of the wait; undefined if it is right. */
export async function simulateDelivery(seed: number): Promise<string | undefined> {
  const random = new Random(seed);
  const pick = <T>(list: readonly [T, ...T[]]): T => list[Math.floor(random.uniform() * list.length)] ?? list[0];
  const harness = await ClusterHarness.open({ seed });
  try {
    const serves = (digit: string, readyAfterMs: number) =>
      ({ kind: 'serves', digest: digestOf(digit), readyAfterMs }) as const;
    harness.images[`${REPOSITORY}:v1`] = serves('1', 500);
    harness.images[`${REPOSITORY}:v2`] = serves('2', 500);
    harness.images[`${REPOSITORY}:v3`] = serves('3', 500);
    harness.images[`${REPOSITORY}:slow`] = serves('4', 10_000);
    harness.images[`${REPOSITORY}:crashes`] = { kind: 'ends', digest: digestOf('5'), afterMs: 200, exitCode: 1 };
    harness.kubernetes.store.onChange(({ key }) => {
      if (/deployments|pods/.test(key)) harness.argoCd.refresh();
    });
    const tool = pick([argoCd, kustomization])(harness);
    const [first, ...others] = tool.releases;
    if (!first) throw new Error('a tool has releases');
    first.deliver(FIRST, []);
    await harness.pass(20_000);
    const before = pick([first, ...others]);
    before.deliver(BEFORE, []);
    await harness.pass(Math.floor(random.uniform() * 90_000));

    const { revert } = before;
    const release: Release =
      revert && random.uniform() < 0.3
        ? { what: 'a revert', reason: 'current', deliver: revert }
        : pick([first, ...others]);
    // A workload that only this commit creates.
    const added =
      random.uniform() < 0.3 && release.what !== 'a revert'
        ? [deployment({ name: 'cart', image: `${REPOSITORY}:v2` })]
        : [];
    const appliedAt = 1000 + Math.floor(random.uniform() * 180_000);
    if (random.uniform() < 0.5)
      harness.after(1000 + Math.floor(random.uniform() * (appliedAt - 1000)), () => tool.look(COMMIT));
    harness.after(appliedAt, () => release.deliver(COMMIT, added));
    const faults = injectRandomFaults(harness, random);
    const named = [
      ...(random.uniform() < 0.6 ? ['deployment/shop'] : []),
      ...(added.length > 0 ? ['deployment/cart'] : []),
    ];
    const resources = pick([
      [...named, tool.resource],
      [tool.resource, ...named],
    ]).join('\n');
    const { outputs } = await harness.wait({ resources, revision: COMMIT, timeout: '1h' });
    // A Deployment that crashed before, and that the commit leaves as it is, is past its deadline as well.
    const reasons = release.reason === 'crash-loop' ? [release.reason, 'progress-deadline'] : [release.reason];
    if (reasons.includes(outputs['reason'] ?? '')) return undefined;
    return `seed ${seed}: ${resources.replaceAll('\n', ', ')}: ${release.what}, after ${before.what}, ended as ${outputs['reason']} instead of ${release.reason} (${faults.join(', ')}): ${outputs['message']}`;
  } finally {
    await harness.close();
  }
}
