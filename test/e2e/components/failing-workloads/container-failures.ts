import { type FailingWorkload, script } from './failing-workload.ts';

const failingProbe = (probe: string) => ({ [probe]: { exec: { command: ['/busybox', 'false'] }, periodSeconds: 1 } });
const stable = { 'stable-for': '30s' };

/** The container fails after it was created. */
export const containerFailures: readonly FailingWorkload[] = [
  {
    cause: 'container-start-failed',
    container: { command: ['/no/such/program'] },
    evidence: /no such file or directory/,
    log: /\/no\/such\/program/,
  },
  {
    cause: 'crash-loop',
    ...script('echo "boom: no database"; exit 3'),
    inputs: stable,
    evidence: /"exitCode":3/,
    log: /boom: no database/,
  },
  {
    cause: 'crash-loop',
    variant: 'a sidecar',
    pod: {
      initContainers: [
        { name: 'proxy', image: 'IMAGE', restartPolicy: 'Always', command: ['/busybox', 'sh', '-c', 'exit 4'] },
      ],
    },
    inputs: stable,
    evidence: /"exitCode":4/,
    log: /→ sidecar proxy/,
  },
  {
    cause: 'exits-at-once',
    ...script('echo "all done"'),
    inputs: stable,
    evidence: /"exitCode":0/,
    log: /all done/,
  },
  {
    cause: 'out-of-memory',
    container: {
      command: ['/busybox', 'dd', 'if=/dev/zero', 'of=/dev/null', 'bs=200M', 'count=1'],
      resources: { limits: { memory: '16Mi' } },
    },
    inputs: stable,
    evidence: /OOMKilled/,
    log: /OOMKilled {2}exit code 137 \(SIGKILL\)/,
  },
  {
    cause: 'liveness-failing',
    container: { livenessProbe: { exec: { command: ['/busybox', 'false'] }, periodSeconds: 1, failureThreshold: 1 } },
    inputs: stable,
    evidence: /"exitCode":137/,
    log: /Liveness probe failed/,
  },
  {
    cause: 'init-failed',
    pod: {
      initContainers: [
        { name: 'migrate', image: 'IMAGE', command: ['/busybox', 'sh', '-c', 'echo "no schema"; exit 1'] },
      ],
    },
    evidence: /"exitCode":1/,
    log: /no schema/,
  },
  {
    cause: 'probe-failing',
    container: failingProbe('readinessProbe'),
    inputs: { grace: 'probe-failing=8s' },
    evidence: /^Unhealthy Readiness probe/,
    log: /[Rr]eadiness probe/,
  },
  {
    cause: 'progress-deadline',
    container: failingProbe('readinessProbe'),
    workload: { progressDeadlineSeconds: 6 },
    evidence: /ProgressDeadlineExceeded/,
    log: /progressDeadlineSeconds|has timed out progressing/,
  },
];
