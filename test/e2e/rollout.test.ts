// wait-for-rollout against what a real cluster does: rollouts that succeed, and one for each way in which they can't.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { runStep, type StepResult } from '../runner/runner.ts';
import { type Cluster, startCluster } from './components/cluster.ts';
import { programImage, pushImage } from './components/image.ts';
import { startRegistry } from './components/registry.ts';
import { newJob } from './components/shop.ts';
import { Stage } from './components/stage.ts';
import { locate } from './tools/locate.ts';

const stage = new Stage();
let cluster: Cluster;
let image: string;
let registry: string;

before(async () => {
  const [{ address }, started] = await Promise.all([startRegistry(stage), startCluster(stage)]);
  [registry, cluster] = [address, started];
  image = `${address}/rollout-${process.pid}/busybox:1`;
  await pushImage(stage.folder, programImage(locate('busybox') ?? 'busybox'), `docker://${image}`);
});
after(() => stage.close());

/** What is unlike an ordinary Deployment whose container serves for ever. */
interface Case {
  readonly container?: object;
  readonly pod?: object;
  readonly deployment?: object;
  /** Labels of the namespace. */
  readonly labels?: Readonly<Record<string, string>>;
  /** What else is in the namespace. */
  readonly beside?: readonly object[];
  /** More inputs: `grace` for causes that a person would wait longer for, `stable-for` for what works at first. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** What the log must say beside the cause. */
  readonly says: RegExp;
}

const script = (text: string) => ({ container: { command: ['/busybox', 'sh', '-c', text] } });
const neverReady = { readinessProbe: { exec: { command: ['/busybox', 'false'] }, periodSeconds: 1 } };
const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' } };

const cases: Readonly<Record<string, Case>> = {
  'image-not-found': { container: { image: 'REGISTRY/rollout/absent:1.2.3' }, says: /rollout\/absent:1\.2\.3/ },
  'image-name-invalid': { container: { image: 'REGISTRY/Upper/Case:1' }, says: /Upper\/Case/ },
  'registry-unreachable': {
    container: { image: '127.0.0.1:1/shop:1' },
    inputs: { grace: 'registry-unreachable=5s' },
    says: /connection refused/,
  },
  'config-missing': {
    container: { envFrom: [{ configMapRef: { name: 'settings' } }] },
    says: /configmap "settings" not found/,
  },
  'container-start-failed': { container: { command: ['/no/such/program'] }, says: /\/no\/such\/program/ },
  'crash-loop': {
    ...script('echo "boom: no database"; exit 3'),
    inputs: { 'stable-for': '30s' },
    says: /boom: no database/,
  },
  'exits-at-once': { ...script('echo "all done"'), inputs: { 'stable-for': '30s' }, says: /all done/ },
  'out-of-memory': {
    container: {
      command: ['/busybox', 'dd', 'if=/dev/zero', 'of=/dev/null', 'bs=200M', 'count=1'],
      resources: { limits: { memory: '16Mi' } },
    },
    inputs: { 'stable-for': '30s' },
    says: /OOMKilled/,
  },
  'init-failed': {
    pod: {
      initContainers: [
        { name: 'migrate', image: 'IMAGE', command: ['/busybox', 'sh', '-c', 'echo "no schema"; exit 1'] },
      ],
    },
    says: /no schema/,
  },
  'quota-exceeded': {
    beside: [{ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none' }, spec: { hard: { pods: '0' } } }],
    inputs: { grace: 'quota-exceeded=5s' },
    says: /exceeded quota: none/,
  },
  'limit-range': {
    container: { resources: { limits: { memory: '64Mi' } } },
    beside: [
      {
        apiVersion: 'v1',
        kind: 'LimitRange',
        metadata: { name: 'small' },
        spec: { limits: [{ type: 'Container', max: { memory: '32Mi' } }] },
      },
    ],
    says: /maximum memory usage per Container is 32Mi/,
  },
  'service-account-missing': { pod: { serviceAccountName: 'nobody' }, says: /nobody/ },
  'admission-denied': {
    labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
    says: /violates PodSecurity/,
  },
  unschedulable: {
    container: { resources: { requests: { cpu: '1000' } } },
    inputs: { grace: 'unschedulable=5s' },
    says: /Insufficient cpu/,
  },
  'volume-unbound': {
    pod: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] },
    beside: [{ ...claim, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }],
    inputs: { grace: 'volume-unbound=5s' },
    says: /PersistentVolumeClaim/,
  },
  'probe-failing': {
    container: neverReady,
    inputs: { grace: 'probe-failing=8s' },
    says: /[Rr]eadiness probe/,
  },
  'progress-deadline': {
    container: neverReady,
    deployment: { progressDeadlineSeconds: 6 },
    says: /progressDeadlineSeconds|has timed out progressing/,
  },
};

describe('a Deployment that can not become ready fails with its cause', { concurrency: 4 }, () => {
  for (const [cause, what] of Object.entries(cases)) {
    test(cause, async () => {
      const namespace = await newNamespace();
      for (const [label, value] of Object.entries(what.labels ?? {})) {
        await cluster.kubectl.run('label', 'namespace', namespace, `${label}=${value}`);
      }
      await apply(namespace, ...(what.beside ?? []), deployment(what));
      const { exitCode, outputs, log } = await wait({ namespace, resources: 'deployment/app', ...what.inputs });
      const text = log.join('\n');
      assert.equal(exitCode, 1, text);
      assert.deepEqual([outputs['result'], outputs['reason']], ['failed', cause], text);
      assert.match(text, what.says);
      assert.doesNotMatch(text, /\.js:\d+|undefined|\[object/);
      // What keeps failing keeps the node busy.
      await cluster.kubectl.run('delete', 'namespace', namespace, '--wait=false');
    });
  }
});

describe('what becomes ready passes', { concurrency: 4 }, () => {
  const template = () => ({ metadata: { labels: { app: 'app' } }, spec: podSpec({}) });
  const ending = () => podSpec({ container: { command: ['/busybox', 'true'] }, pod: { restartPolicy: 'Never' } });
  const selector = { matchLabels: { app: 'app' } };
  const kinds: Readonly<Record<string, () => object>> = {
    Deployment: () => ({ apiVersion: 'apps/v1', spec: { replicas: 2, selector, template: template() } }),
    StatefulSet: () => ({
      apiVersion: 'apps/v1',
      spec: { replicas: 2, serviceName: 'app', selector, template: template() },
    }),
    DaemonSet: () => ({ apiVersion: 'apps/v1', spec: { selector, template: template() } }),
    Job: () => ({ apiVersion: 'batch/v1', spec: { template: { spec: ending() } } }),
    Pod: () => ({ apiVersion: 'v1', spec: podSpec({}) }),
  };
  for (const [kind, object] of Object.entries(kinds)) {
    test(kind, async () => {
      const namespace = await newNamespace();
      await apply(namespace, { ...object(), kind, metadata: { name: 'app' } });
      const { exitCode, outputs, log } = await wait({ namespace, resources: `${kind.toLowerCase()}/app` });
      assert.equal(exitCode, 0, log.join('\n'));
      assert.equal(outputs['result'], 'current');
    });
  }
});

test('a Job that fails fails, with the last lines of its pod', async () => {
  const namespace = await newNamespace();
  const pod = podSpec({ ...script('echo "migration 7 failed"; exit 1'), pod: { restartPolicy: 'Never' } });
  const spec = { backoffLimit: 0, template: { spec: pod } };
  await apply(namespace, { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'migrate' }, spec });
  const { outputs, log } = await wait({ namespace, resources: 'job/migrate' });
  assert.equal(outputs['reason'], 'job-failed', log.join('\n'));
  assert.match(log.join('\n'), /migration 7 failed/);
});

test('a pod that goes back to crashing is not called ready between two crashes', async () => {
  const namespace = await newNamespace();
  await apply(namespace, deployment(script('echo up; sleep 2; echo "lost the database"; exit 1')));
  const { outputs, log } = await wait({ namespace, resources: 'deployment/app', 'stable-for': '5s' });
  assert.equal(outputs['reason'], 'crash-loop', log.join('\n'));
});

test('an account with too few rights is told the Role that it needs, and that Role is enough', async () => {
  const { kubectl } = cluster;
  const namespace = await newNamespace();
  await apply(namespace, deployment({}), {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'deployer' },
  });
  const kubeconfig = await kubeconfigOf('deployer', namespace);
  const refused = await wait({ kubeconfig, namespace, resources: 'deployment/app' });
  assert.equal(refused.exitCode, 1);
  const text = refused.log.join('\n');
  const [role = ''] =
    /apiVersion: rbac\.authorization\.k8s\.io\/v1\n(?:[ ].*\n|\w.*\n)*?rules:\n(?: .*\n?)+/.exec(text) ?? [];
  assert.notEqual(role, '', text);
  await kubectl.applyText(role);
  await kubectl.run(
    ...['create', 'rolebinding', 'deployer', '--namespace', namespace],
    ...['--role', 'wait-for-rollout', '--serviceaccount', `${namespace}:deployer`],
  );
  const allowed = await wait({ kubeconfig, namespace, resources: 'deployment/app' });
  assert.equal(allowed.exitCode, 0, allowed.log.join('\n'));
});

function newNamespace(): Promise<string> {
  return cluster.kubectl.createNamespace('rollout');
}

function wait(inputs: Readonly<Record<string, string>>): Promise<StepResult> {
  const common = { kubeconfig: cluster.kubeconfig, timeout: '90s' };
  return runStep(newJob(stage, 'no-token', {}), { action: 'wait-for-rollout', with: { ...common, ...inputs } });
}

/** Creates objects in a namespace. */
async function apply(namespace: string, ...objects: object[]): Promise<void> {
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
  await cluster.kubectl.applyText(input, '--namespace', namespace);
}

function deployment(what: Partial<Case>): object {
  const labels = { app: 'app' };
  const template = { metadata: { labels }, spec: podSpec(what) };
  const spec = { selector: { matchLabels: labels }, template, ...what.deployment };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'app', labels }, spec };
}

/** By default one container that serves for ever. Names of images are put in here: only now they are known. */
function podSpec({ container = {}, pod = {} }: Pick<Case, 'container' | 'pod'>): object {
  const serving = { name: 'app', image: 'IMAGE', command: ['/busybox', 'sleep', '1000'] };
  const spec = { terminationGracePeriodSeconds: 0, containers: [{ ...serving, ...container }], ...pod };
  return JSON.parse(JSON.stringify(spec).replaceAll('IMAGE', image).replaceAll('REGISTRY', registry));
}

/** A kubeconfig, as content, by which a service account is known by its token. */
async function kubeconfigOf(account: string, namespace: string): Promise<string> {
  const { kubectl } = cluster;
  const config = JSON.parse(await kubectl.run('config', 'view', '--minify', '--raw', '--output', 'json'));
  const token = (await kubectl.run('create', 'token', account, '--namespace', namespace)).trim();
  return JSON.stringify({ ...config, users: config.users.map((user: object) => ({ ...user, user: { token } })) });
}
