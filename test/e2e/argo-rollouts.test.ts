// wait-for-rollout against a real Argo Rollouts controller: canaries that go through, wait at a step, are stuck or given up.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectWithNote } from '../jest-support.ts';
import { runStep, type StepResult } from '../runner/runner.ts';
import { type ArgoRollouts, startArgoRollouts } from './components/argo-rollouts.ts';
import { type Cluster, startCluster } from './components/cluster.ts';
import { programImage, pushImage } from './components/image.ts';
import { startRegistry } from './components/registry.ts';
import { serve } from './components/server.ts';
import { newJob } from './components/shop.ts';
import { Stage } from './components/stage.ts';
import { locate } from './tools/locate.ts';

const stage = new Stage();
let cluster: Cluster;
let argoRollouts: ArgoRollouts;
let repository: string;
/** The images of three releases, by digest. */
let first: string;
let second: string;
let third: string;

beforeAll(async () => {
  const [{ address }, started] = await Promise.all([startRegistry(stage), startCluster(stage)]);
  cluster = started;
  argoRollouts = await startArgoRollouts(stage, cluster);
  repository = `${address}/argo-rollouts-${process.pid}/shop`;
  const push = async (version: string) => {
    const server = programImage(locate('busybox') ?? 'busybox', 'sleep', '1000');
    const content = { ...server, files: { ...server.files, '/version': { text: version } } };
    return `${repository}@${await pushImage(stage.folder, content, `docker://${repository}:${version}`)}`;
  };
  [first, second, third] = await Promise.all([push('1'), push('2'), push('3')]);
});
afterAll(() => stage.close());

const canary = (...steps: object[]) => ({ canary: { steps } });
const half = { setWeight: 50 };
const analysis = { analysis: { templates: [{ templateName: 'check' }] } };
const labels = { app: 'shop' };

describe('a Rollout', () => {
  test.concurrent('that goes through its steps is current, and runs the image', async () => {
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

  test.concurrent('that waits at a step is paused at once, and current after its promotion', async () => {
    const namespace = await newRollout(canary(half, { pause: {} }));
    await wait(namespace, { image: first });
    await setImage(namespace, second);
    const underWay = await wait(namespace, { image: second });
    expectWithNote(outcomeOf(underWay), underWay.log.join('\n')).toStrictEqual([1, 'paused', 'paused']);
    expect(underWay.log.join('\n')).toMatch(/waits at a step for a gate or a person: CanaryPauseStep/);
    const there = await wait(namespace, { image: second });
    expectWithNote(outcomeOf(there), there.log.join('\n')).toStrictEqual([1, 'paused', 'paused']);
    expectWithNote(Number(there.outputs['duration']), `said after ${there.outputs['duration']} s`).toBeLessThan(10);
    // What the kubectl plugin's `promote` does.
    await patchStatus(namespace, { pauseConditions: null });
    const promoted = await wait(namespace, { image: second });
    expectWithNote(outcomeOf(promoted), promoted.log.join('\n')).toStrictEqual([0, 'current', 'current']);
  });

  test.concurrent('whose canary can not start is stuck, not paused', async () => {
    const namespace = await newRollout(canary(half, { pause: {} }));
    await wait(namespace, { image: first });
    await setImage(namespace, `${repository}:never-pushed`);
    const stuck = await wait(namespace, {});
    const text = stuck.log.join('\n');
    expectWithNote(outcomeOf(stuck), text).toStrictEqual([1, 'failed', 'image-not-found']);
    expect(text).toMatch(/rollout\/shop → replicaset\/shop-\w+ → pod\/shop-\w+-\w+ → container app/);
    expect(text).toMatch(/never-pushed/);
    expectWithNote(Number(stuck.outputs['duration']), `said after ${stuck.outputs['duration']} s`).toBeLessThan(45);
  });

  test.concurrent('that was aborted has failed at once, and the release after it is judged by itself', async () => {
    const namespace = await newRollout(canary(half, { pause: {} }));
    await wait(namespace, { image: first });
    await setImage(namespace, second);
    await wait(namespace, { image: second });
    // What the kubectl plugin's `abort` does.
    await patchStatus(namespace, { abort: true });
    const aborted = await wait(namespace, {});
    const text = aborted.log.join('\n');
    expectWithNote(outcomeOf(aborted), text).toStrictEqual([1, 'failed', 'stalled']);
    expect(text).toMatch(/RolloutAborted: Rollout aborted update to revision 2/);
    await patch(namespace, { strategy: canary(half) });
    await setImage(namespace, third);
    const mended = await wait(namespace, { image: third });
    expectWithNote(outcomeOf(mended), mended.log.join('\n')).toStrictEqual([0, 'current', 'current']);
  });

  test.concurrent('whose analysis fails has failed, with what the analysis says', async () => {
    const job = podTemplate({ image: first, command: ['/busybox', 'false'] }, { restartPolicy: 'Never' });
    const metrics = [{ name: 'smoke-test', provider: { job: { spec: { backoffLimit: 0, template: job } } } }];
    const namespace = await newRollout(canary(half, analysis), { beside: [analysisTemplate(metrics)] });
    await wait(namespace, { image: first });
    await setImage(namespace, second);
    const failed = await wait(namespace, {});
    const text = failed.log.join('\n');
    expectWithNote(outcomeOf(failed), text).toStrictEqual([1, 'failed', 'stalled']);
    expect(text).toMatch(/Metric "smoke-test" assessed Failed/);
  });

  test.concurrent('whose analysis can not tell is paused', async () => {
    const url = await serve(stage, 'metrics', (_, response) => response.end('{"errors": 5}'));
    const web = { url, jsonPath: '{$.errors}' };
    const conditions = { successCondition: 'result < 1', failureCondition: 'result > 10' };
    const beside = [analysisTemplate([{ name: 'errors', ...conditions, provider: { web } }])];
    const namespace = await newRollout(canary(half, analysis), { beside });
    await wait(namespace, { image: first });
    await setImage(namespace, second);
    const paused = await wait(namespace, { image: second });
    expectWithNote(outcomeOf(paused), paused.log.join('\n')).toStrictEqual([1, 'paused', 'paused']);
    expect(paused.log.join('\n')).toMatch(/InconclusiveAnalysisRun/);
  });

  test.concurrent('that takes its pods from a Deployment is current when what it took runs', async () => {
    const workloadRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' };
    const deployment = (image: string) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'shop' },
      spec: { replicas: 0, selector: { matchLabels: labels }, template: podTemplate({ image }) },
    });
    const namespace = await newRollout(canary(half), { spec: { workloadRef }, beside: [deployment(first)] });
    const created = await wait(namespace, { image: first });
    expectWithNote(outcomeOf(created), created.log.join('\n')).toStrictEqual([0, 'current', 'current']);
    await apply(namespace, deployment(second));
    const updated = await wait(namespace, { image: second });
    expectWithNote(outcomeOf(updated), updated.log.join('\n')).toStrictEqual([0, 'current', 'current']);
  });

  test.concurrent('that makes no progress within its deadline has failed', async () => {
    const container = { readinessProbe: { exec: { command: ['/busybox', 'false'] }, periodSeconds: 1 } };
    const namespace = await newRollout(canary(half), { spec: { progressDeadlineSeconds: 5 }, container });
    const late = await wait(namespace, {});
    const text = late.log.join('\n');
    expectWithNote(outcomeOf(late), text).toStrictEqual([1, 'failed', 'progress-deadline']);
    expect(text).toMatch(/ProgressDeadlineExceeded/);
  });

  test.concurrent('between blue and green waits for a person, unless it promotes itself', async () => {
    const strategy = { activeService: 'shop', autoPromotionEnabled: false };
    const namespace = await newRollout({ blueGreen: strategy });
    const created = await wait(namespace, { image: first });
    expectWithNote(outcomeOf(created), created.log.join('\n')).toStrictEqual([0, 'current', 'current']);
    await setImage(namespace, second);
    const paused = await wait(namespace, { image: second });
    expectWithNote(outcomeOf(paused), paused.log.join('\n')).toStrictEqual([1, 'paused', 'paused']);
    expect(paused.log.join('\n')).toMatch(/BlueGreenPause/);
    const itself = { ...strategy, autoPromotionEnabled: true, autoPromotionSeconds: 3, scaleDownDelaySeconds: 600 };
    await patch(namespace, { strategy: { blueGreen: itself } });
    const promoted = await wait(namespace, { image: second });
    expectWithNote(outcomeOf(promoted), promoted.log.join('\n')).toStrictEqual([0, 'current', 'current']);
  });
});

interface More {
  /** What its `spec` has beside; a `workloadRef` stands for the template. */
  readonly spec?: object;
  readonly container?: object;
  /** What else is in the namespace, before it. */
  readonly beside?: readonly object[];
}

/** A Rollout `shop` of two pods, and its Service, in a namespace of their own. */
async function newRollout(strategy: object, { spec = {}, container = {}, beside = [] }: More = {}): Promise<string> {
  const namespace = await cluster.kubectl.createNamespace('argo-rollouts');
  const template = 'workloadRef' in spec ? {} : { template: podTemplate({ image: first, ...container }) };
  const service = { selector: labels, ports: [{ port: 8080 }] };
  await apply(
    namespace,
    ...beside,
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop' }, spec: service },
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'shop', labels: argoRollouts.labels },
      spec: { replicas: 2, selector: { matchLabels: labels }, ...template, strategy, ...spec },
    },
  );
  return namespace;
}

function podTemplate(container: object, spec: object = {}): object {
  const containers = [{ name: 'app', ...container }];
  return { metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, containers, ...spec } };
}

function analysisTemplate(metrics: readonly object[]): object {
  const metadata = { name: 'check', labels: argoRollouts.labels };
  return { apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisTemplate', metadata, spec: { metrics } };
}

async function apply(namespace: string, ...objects: object[]): Promise<void> {
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
  await cluster.kubectl.applyText(input, '--namespace', namespace);
}

function setImage(namespace: string, image: string): Promise<void> {
  return patch(namespace, { template: { spec: { containers: [{ name: 'app', image }] } } });
}

async function patch(namespace: string, spec: object): Promise<void> {
  const text = JSON.stringify({ spec });
  await cluster.kubectl.run('patch', 'rollout/shop', '--namespace', namespace, '--type=merge', '--patch', text);
}

async function patchStatus(namespace: string, status: object): Promise<void> {
  const where = ['patch', 'rollout/shop', '--namespace', namespace, '--subresource=status', '--type=merge'];
  await cluster.kubectl.run(...where, '--patch', JSON.stringify({ status }));
}

function wait(namespace: string, inputs: Readonly<Record<string, string>>): Promise<StepResult> {
  const common = { kubeconfig: cluster.kubeconfig, timeout: '90s', namespace, resources: 'rollout/shop' };
  return runStep(newJob(stage, 'no-token', {}), { action: 'wait-for-rollout', with: { ...common, ...inputs } });
}

function outcomeOf({ exitCode, outputs }: StepResult) {
  return [exitCode, outputs['result'], outputs['reason']];
}
