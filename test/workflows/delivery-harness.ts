import { openSandbox, type Sandbox } from '../../scripts/demo/sandbox.ts';
import { defined } from '../../src/core/defined.ts';
import { invariant } from '../jest-support.ts';
import { Artifacts } from './artifacts.ts';
import { Call } from './call.ts';
import { callingJobs } from './readme.ts';

export const STAGING = 'apps/shop/overlays/staging/kustomization.yaml';

export interface DeployOverrides {
  readonly repository?: string;
  readonly permissions?: Readonly<Record<string, unknown>>;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, string>>;
}

type Environment = 'staging' | 'production-canary' | 'production';

/** Calls build.yml and deploy.yml in the environment of the demo. */
export class DeliveryHarness {
  readonly sandbox: Sandbox;
  /** The artifacts of the current run. */
  artifacts = new Artifacts();
  /** The releases in the registry: the reference with tag and digest, by tag. */
  readonly releases = new Map<string, string>();

  private constructor(sandbox: Sandbox) {
    this.sandbox = sandbox;
  }

  static async open(): Promise<DeliveryHarness> {
    const harness = new DeliveryHarness(await openSandbox());
    harness.sandbox.traffic.setBehavior('stable', { errors: 0.004, latency: 0.12 });
    harness.sandbox.traffic.setBehavior('canary', { errors: 0.004, latency: 0.12 });
    for (const version of ['1.5.0', '1.6.0', '1.7.0']) await harness.release(version);
    return harness;
  }

  close(): Promise<void> {
    return this.sandbox.close();
  }

  /** Builds the shop under a tag, and returns the reference. */
  async release(tag: string): Promise<string> {
    const { outputs, log } = await this.callBuild('shop', { tags: `type=raw,value=${tag}` }).job('build');
    const { reference } = outputs;
    invariant(reference, log);
    this.releases.set(tag, reference);
    return reference;
  }

  callBuild(service: string, inputs: Readonly<Record<string, string>> = {}): Call {
    const { sandbox, artifacts } = this;
    const { host } = sandbox.registry;
    const files = 'server.mjs => /app/\nmetrics.mjs => /app/';
    const layers = { engine: 'layers', base: `${host}/library/node:24`, files, entrypoint: 'node\n/app/server.mjs' };
    const given = { image: `${host}/acme/${service}`, context: service, tags: 'type=sha', ...layers, ...inputs };
    const permissions = { contents: 'read', packages: 'write' };
    return new Call('build.yml', { sandbox, artifacts, with: given, secrets: {}, permissions });
  }

  /** The call of deploy.yml in the README, with a release and the metrics of the demo, and shorter timeouts. */
  callDeploy(version: string, environment: Environment, overrides: DeployOverrides = {}): Call {
    const { sandbox, artifacts } = this;
    const call = callingJobs.find(({ inputs }) => inputs['environment'] === environment);
    invariant(call);
    const canary = { 'canary-duration': '10s', 'canary-interval': '1s', prometheus: sandbox.prometheus.url };
    const ours = {
      image: this.releases.get(version),
      'rollout-timeout': '20s',
      ...('prometheus' in call.inputs ? canary : {}),
    };
    const values = {
      KUBECONFIG: sandbox.cluster.kubeconfig,
      GITOPS_TOKEN: sandbox.job().token ?? '',
      METRICS_TOKEN: '',
    };
    const passed = Object.entries(values).filter(([name]) => name in call.secrets);
    return new Call('deploy.yml', {
      sandbox,
      artifacts,
      with: { ...call.inputs, ...ours, ...overrides.with },
      secrets: { ...Object.fromEntries(passed), ...overrides.secrets },
      permissions: overrides.permissions ?? call.permissions,
      ...defined({ repository: overrides.repository }),
    });
  }

  /** The content of a file on the main branch of the GitOps repository; empty if there is none. */
  onMain(path: string): string {
    return this.sandbox.gitops.file('main', path) ?? '';
  }
}
