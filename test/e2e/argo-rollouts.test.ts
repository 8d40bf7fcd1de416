// wait-for-rollout with a real Argo Rollouts controller: canaries that succeed, pause, get stuck or are aborted.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectWithNote } from '../jest-support.ts';
import { runStep, type StepResult } from '../runner/runner.ts';
import { analysisTemplate, labels, podTemplate, rolloutAndService } from './components/argo-rollout-objects.ts';
import { type ArgoRollouts, startArgoRollouts } from './components/argo-rollouts.ts';
import { type Cluster, startCluster } from './components/cluster.ts';
import { Harness } from './components/harness.ts';
import { programImage, pushImage } from './components/image.ts';
import { outcomeOf } from './components/outcome.ts';
import { startRegistry } from './components/registry.ts';
import { serve } from './components/server.ts';
import { newJob } from './components/shop.ts';
import { locate } from './tools/locate.ts';

const harness = new Harness();
let cluster: Cluster;
let argoRollouts: ArgoRollouts;
let repository: string;
/** Images of three releases, with digests. */
let first: string;
let second: string;
let third: string;

beforeAll(async () => {
  const [{ address }, started] = await Promise.all([startRegistry(harness), startCluster(harness)]);
  cluster = started;
  argoRollouts = await startArgoRollouts(harness, cluster);
  repository = `${address}/argo-rollouts-${process.pid}/shop`;
  const push = async (version: string) => {
    const server = programImage(locate('busybox') ?? 'busybox', 'sleep', '1000');
    const content = { ...server, files: { ...server.files, '/version': { text: version } } };
    return `${repository}@${await pushImage(harness.folder, content, `docker://${repository}:${version}`)}`;
  };
  [first, second, third] = await Promise.all([push('1'), push('2'), push('3')]);
});
afterAll(() => harness.close());

const canary = (...steps: object[]) => ({ canary: { steps } });
const half = { setWeight: 50 };
const analysis = { analysis: { templates: [{ templateName: 'check' }] } };

describe('wait-for-rollout', () => {
  test.concurrent('reports current when a Rollout has passed all steps and runs the image', async () => {
    const namespace = await newRollout(canary(half, { pause: { duration: '10s' } }));
    const created = await wait(namespace, { image: first });
    expectWithNote(outcomeOf(created), created.log.join('\n')).toStrictEqual([0, 'current', 'current']);
    await setImage(namespace, second);
    const updated = await wait(namespace, { image: second });
    const text = updated.log.join('\n');
    expectWithNote(outcomeOf(updated), text).toStrictEqual([0, 'current', 'current']);
    expect(text).toMatch(/ shop {2}pausing at a step: CanaryPauseStep/);
    const running = await cluster.kubectl.get('pods', namespace, '.items[*].spec.containers[*].image');
    expect([...new Set(running.split(' '))]).toStrictEqual([second]);
  });

  test.concurrent('reports paused at once if a Rollout waits for promotion, and current after the promotion', async () => {
    const namespace = await newRollout(canary(half, { pause: {} }));
    await wait(namespace, { image: first });
    await setImage(namespace, second);
    const waited = await wait(namespace, { image: second });
    expectWithNote(outcomeOf(waited), waited.log.join('\n')).toStrictEqual([1, 'paused', 'paused']);
    expect(waited.log.join('\n')).toMatch(/waits at a step for a gate or a person: CanaryPauseStep/);
    const waitedAgain = await wait(namespace, { image: second });
    expectWithNote(outcomeOf(waitedAgain), waitedAgain.log.join('\n')).toStrictEqual([1, 'paused', 'paused']);
    expectWithNote(
      Number(waitedAgain.outputs['duration']),
      `result after ${waitedAgain.outputs['duration']} s`,
    ).toBeLessThan(10);
    // The same as `kubectl argo rollouts promote`.
    await patchStatus(namespace, { pauseConditions: null });
    const promoted = await wait(namespace, { image: second });
    expectWithNote(outcomeOf(promoted), promoted.log.join('\n')).toStrictEqual([0, 'current', 'current']);
  });

  test.concurrent("reports the failure cause, not paused, if the canary can't start", async () => {
    const namespace = await newRollout(canary(half, { pause: {} }));
    await wait(namespace, { image: first });
    await setImage(namespace, `${repository}:never-pushed`);
    const stuck = await wait(namespace, {});
    const text = stuck.log.join('\n');
    expectWithNote(outcomeOf(stuck), text).toStrictEqual([1, 'failed', 'image-not-found']);
    expect(text).toMatch(/rollout\/shop → replicaset\/shop-\w+ → pod\/shop-\w+-\w+ → container app/);
    expect(text).toMatch(/never-pushed/);
    expectWithNote(Number(stuck.outputs['duration']), `result after ${stuck.outputs['duration']} s`).toBeLessThan(45);
  });

  test.concurrent('reports stalled at once if a Rollout was aborted, and current for the next release', async () => {
    const namespace = await newRollout(canary(half, { pause: {} }));
    await wait(namespace, { image: first });
    await setImage(namespace, second);
    await wait(namespace, { image: second });
    // The same as `kubectl argo rollouts abort`.
    await patchStatus(namespace, { abort: true });
    const aborted = await wait(namespace, {});
    const text = aborted.log.join('\n');
    expectWithNote(outcomeOf(aborted), text).toStrictEqual([1, 'failed', 'stalled']);
    expect(text).toMatch(/RolloutAborted: Rollout aborted update to revision 2/);
    await patch(namespace, { strategy: canary(half) });
    await setImage(namespace, third);
    const next = await wait(namespace, { image: third });
    expectWithNote(outcomeOf(next), next.log.join('\n')).toStrictEqual([0, 'current', 'current']);
  });

  test.concurrent("reports stalled with the analysis's message if an analysis fails", async () => {
    const job = podTemplate({ image: first, command: ['/busybox', 'false'] }, { restartPolicy: 'Never' });
    const metrics = [{ name: 'smoke-test', provider: { job: { spec: { backoffLimit: 0, template: job } } } }];
    const namespace = await newRollout(canary(half, analysis), {
      otherObjects: [analysisTemplate(metrics, argoRollouts.labels)],
    });
    await wait(namespace, { image: first });
    await setImage(namespace, second);
    const failed = await wait(namespace, {});
    const text = failed.log.join('\n');
    expectWithNote(outcomeOf(failed), text).toStrictEqual([1, 'failed', 'stalled']);
    expect(text).toMatch(/Metric "smoke-test" assessed Failed/);
  });

  test.concurrent('reports paused if an analysis is inconclusive', async () => {
    const url = await serve(harness, 'metrics', (_, response) => response.end('{"errors": 5}'));
    const web = { url, jsonPath: '{$.errors}' };
    const conditions = { successCondition: 'result < 1', failureCondition: 'result > 10' };
    const metrics = [{ name: 'errors', ...conditions, provider: { web } }];
    const otherObjects = [analysisTemplate(metrics, argoRollouts.labels)];
    const namespace = await newRollout(canary(half, analysis), { otherObjects });
    await wait(namespace, { image: first });
    await setImage(namespace, second);
    const paused = await wait(namespace, { image: second });
    expectWithNote(outcomeOf(paused), paused.log.join('\n')).toStrictEqual([1, 'paused', 'paused']);
    expect(paused.log.join('\n')).toMatch(/InconclusiveAnalysisRun/);
  });

  test.concurrent("reports current for a Rollout with a workloadRef when the Deployment's image runs", async () => {
    const workloadRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' };
    const deployment = (image: string) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'shop' },
      spec: { replicas: 0, selector: { matchLabels: labels }, template: podTemplate({ image }) },
    });
    const namespace = await newRollout(canary(half), { spec: { workloadRef }, otherObjects: [deployment(first)] });
    const created = await wait(namespace, { image: first });
    expectWithNote(outcomeOf(created), created.log.join('\n')).toStrictEqual([0, 'current', 'current']);
    await cluster.kubectl.applyTo(namespace, deployment(second));
    const updated = await wait(namespace, { image: second });
    expectWithNote(outcomeOf(updated), updated.log.join('\n')).toStrictEqual([0, 'current', 'current']);
  });

  test.concurrent('reports progress-deadline if a Rollout makes no progress within its deadline', async () => {
    const container = { readinessProbe: { exec: { command: ['/busybox', 'false'] }, periodSeconds: 1 } };
    const namespace = await newRollout(canary(half), { spec: { progressDeadlineSeconds: 5 }, container });
    const late = await wait(namespace, {});
    const text = late.log.join('\n');
    expectWithNote(outcomeOf(late), text).toStrictEqual([1, 'failed', 'progress-deadline']);
    expect(text).toMatch(/ProgressDeadlineExceeded/);
  });

  test.concurrent('reports paused for a blue-green Rollout, and current if it promotes itself', async () => {
    const strategy = { activeService: 'shop', autoPromotionEnabled: false };
    const namespace = await newRollout({ blueGreen: strategy });
    const created = await wait(namespace, { image: first });
    expectWithNote(outcomeOf(created), created.log.join('\n')).toStrictEqual([0, 'current', 'current']);
    await setImage(namespace, second);
    const paused = await wait(namespace, { image: second });
    expectWithNote(outcomeOf(paused), paused.log.join('\n')).toStrictEqual([1, 'paused', 'paused']);
    expect(paused.log.join('\n')).toMatch(/BlueGreenPause/);
    const autoPromotion = {
      ...strategy,
      autoPromotionEnabled: true,
      autoPromotionSeconds: 3,
      scaleDownDelaySeconds: 600,
    };
    await patch(namespace, { strategy: { blueGreen: autoPromotion } });
    const promoted = await wait(namespace, { image: second });
    expectWithNote(outcomeOf(promoted), promoted.log.join('\n')).toStrictEqual([0, 'current', 'current']);
  });
});

interface RolloutOptions {
  /** Additions to its `spec`. A `workloadRef` replaces the template. */
  readonly spec?: object;
  readonly container?: object;
  /** Objects to create before it. */
  readonly otherObjects?: readonly object[];
}

/** Creates a Rollout `shop` with two pods, and its Service, in a new namespace. Returns the namespace. */
async function newRollout(
  strategy: object,
  { spec = {}, container = {}, otherObjects = [] }: RolloutOptions = {},
): Promise<string> {
  const namespace = await cluster.kubectl.createNamespace('argo-rollouts');
  const template = 'workloadRef' in spec ? {} : { template: podTemplate({ image: first, ...container }) };
  const objects = rolloutAndService({ ...template, strategy, ...spec }, argoRollouts.labels);
  await cluster.kubectl.applyTo(namespace, ...otherObjects, ...objects);
  return namespace;
}

function setImage(namespace: string, image: string): Promise<void> {
  return patch(namespace, { template: { spec: { containers: [{ name: 'app', image }] } } });
}

async function patch(namespace: string, spec: object): Promise<void> {
  const text = JSON.stringify({ spec });
  await cluster.kubectl.run('patch', 'rollout/shop', '--namespace', namespace, '--type=merge', '--patch', text);
}

async function patchStatus(namespace: string, status: object): Promise<void> {
  const command = ['patch', 'rollout/shop', '--namespace', namespace, '--subresource=status', '--type=merge'];
  await cluster.kubectl.run(...command, '--patch', JSON.stringify({ status }));
}

function wait(namespace: string, inputs: Readonly<Record<string, string>>): Promise<StepResult> {
  const common = { kubeconfig: cluster.kubeconfig, timeout: '90s', namespace, resources: 'rollout/shop' };
  return runStep(newJob(harness, 'no-token', {}), { action: 'wait-for-rollout', with: { ...common, ...inputs } });
}
