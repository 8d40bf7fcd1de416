import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defined } from '../../../src/core/defined.ts';
// The action imports these when it needs them. Imported here, they take no time while the manual clock waits.
import '../../../src/image/platform.ts';
import '../../../src/image/registry/platforms.ts';
import '../../../src/image/registry/registries.ts';
import '../../../src/actions/wait-for-rollout/targets/expected/compare-commits.ts';
import 'undici';
import 'yaml';
import { contract } from '../../../src/actions/wait-for-rollout/contract.ts';
import { run } from '../../../src/actions/wait-for-rollout/run.ts';
import { runAction } from '../../../src/entry/run-action.ts';
import { ArgoCd } from '../../fakes/kubernetes/controllers/argo-cd.ts';
import {
  type ControllerOptions,
  type Controllers,
  startControllers,
} from '../../fakes/kubernetes/controllers/controllers.ts';
import type { ImageBehavior } from '../../fakes/kubernetes/controllers/images.ts';
import type { Obj } from '../../fakes/kubernetes/model.ts';
import { FakeKubernetes } from '../../fakes/kubernetes/server.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { FakeRegistry } from '../../fakes/registry/registry.ts';
import { sha256 } from '../../fakes/registry/store.ts';
import { RequestsInFlight } from '../../fakes/requests-in-flight.ts';
import { fakeRunner } from '../../fakes/runner.ts';
import { commandFiles, inputVariables } from '../../runner/command-files.ts';
import { type ActionResult, readResult } from './action-result.ts';

type Behaviors = Record<string, ImageBehavior | ((reference: string) => ImageBehavior | undefined)>;

interface Options extends Partial<Omit<ControllerOptions, 'store' | 'clock' | 'images'>> {
  readonly token?: string;
}

/** A fake cluster (API server, controllers, nodes) and registry on a manual clock, and the action that waits for them. */
export class ClusterHarness {
  readonly clock = new ManualClock();
  readonly #requests = new RequestsInFlight();
  readonly folder = mkdtempSync(join(tmpdir(), 'wait-for-rollout-test-'));
  readonly argoCd: ArgoCd;
  readonly kubernetes: FakeKubernetes;
  readonly registry: FakeRegistry;
  /** The behavior of each image, by its reference; all others are not in the registry. */
  readonly images: Behaviors = {};
  /** How far the clock of the runner is ahead of that of the cluster, in ms. */
  runnerIsAheadBy = 0;
  readonly #controllers: Controllers;
  readonly #scheduled: { readonly at: number; readonly act: () => void | Promise<void> }[] = [];

  private constructor(kubernetes: FakeKubernetes, registry: FakeRegistry, clock: ManualClock, options: Options) {
    this.kubernetes = kubernetes;
    this.registry = registry;
    this.clock = clock;
    this.argoCd = new ArgoCd(kubernetes.store, clock);
    this.#controllers = startControllers({
      terminationMs: 300,
      ...options,
      store: kubernetes.store,
      clock,
      images: (reference) => {
        const behavior = this.images[reference];
        return typeof behavior === 'function' ? behavior(reference) : behavior;
      },
      setLogs: (...args) => kubernetes.setLogs(...args),
    });
  }

  static async open(options: Options = {}): Promise<ClusterHarness> {
    const clock = new ManualClock();
    const { token } = options;
    const kubernetes = await FakeKubernetes.start({ clock, ...defined({ token }) });
    return new ClusterHarness(kubernetes, await FakeRegistry.start(), clock, options);
  }

  async close(): Promise<void> {
    this.#requests.close();
    await this.#controllers.stop();
    await this.kubernetes.stop();
    await this.registry.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A repository in the registry. */
  get repository(): string {
    return `${this.registry.host}/acme/shop`;
  }

  /** Pushes an index with an image for one platform. @returns both digests. */
  pushIndex(): { readonly index: string; readonly platform: string } {
    const { manifests } = this.registry.store.repository('acme/shop');
    const put = (mediaType: string, content: object) => {
      const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...content }));
      manifests.set(sha256(bytes), { mediaType, bytes });
      return { mediaType, digest: sha256(bytes), size: bytes.length };
    };
    const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: sha256('{}'), size: 2 };
    const image = put('application/vnd.oci.image.manifest.v1+json', { config, layers: [] });
    const platform = { os: 'linux', architecture: 'amd64' };
    const index = put('application/vnd.oci.image.index.v1+json', { manifests: [{ ...image, platform }] });
    return { index: index.digest, platform: image.digest };
  }

  /** Lets the controllers check again what is outside the cluster. */
  wake(): void {
    this.#controllers.wake();
  }

  apply(...objects: Obj[]): void {
    this.kubernetes.apply(...objects);
  }

  /** Schedules something `ms` from now. */
  after(ms: number, act: () => void | Promise<void>): void {
    this.#scheduled.push({ at: this.clock.now() + ms, act });
    this.#scheduled.sort((a, b) => a.at - b.at);
  }

  /** Lets time pass while the action does not run. */
  async pass(ms: number): Promise<void> {
    await this.#untilIdle();
    await this.#advanceTo(this.clock.now() + ms);
  }

  /** Runs the action to its end, and advances the clock meanwhile. */
  async wait(
    inputs: Readonly<Record<string, string>>,
    env: Readonly<Record<string, string>> = {},
  ): Promise<ActionResult> {
    const files = commandFiles(this.folder);
    const lines: string[] = [];
    const began = this.clock.now();
    const given = { kubeconfig: this.kubernetes.kubeconfig, ...inputs };
    let exitCode: number | undefined;
    let failure: unknown;
    const variables = {
      ...inputVariables(contract.inputs, given, { token: 'ghs_test' }),
      GITHUB_OUTPUT: files.output,
      GITHUB_STEP_SUMMARY: files.summary,
      RUNNER_TEMP: this.folder,
      ...env,
    };
    const running = runAction(contract, run, {
      env: variables,
      cwd: this.folder,
      clock: {
        now: () => this.clock.now() + this.runnerIsAheadBy,
        sleep: (ms, signal) => this.clock.sleep(ms, signal),
      },
      runner: fakeRunner(variables, (line) => lines.push(line)),
      onCancel: () => {},
    }).then(
      (code) => {
        exitCode = code;
      },
      (thrown: unknown) => {
        failure = thrown;
      },
    );
    for (let round = 0; exitCode === undefined && failure === undefined; round += 1) {
      await this.#untilIdle();
      if (round < START_ROUNDS) await this.#untilIdleAtStart();
      if (exitCode !== undefined || failure !== undefined) break;
      await this.#advanceTo(
        Math.min(this.clock.nextAt ?? Number.POSITIVE_INFINITY, this.#scheduled[0]?.at ?? Number.POSITIVE_INFINITY),
      );
    }
    await running;
    if (failure !== undefined) throw failure;
    return readResult(files, { exitCode: exitCode ?? 1, log: lines, elapsed: this.clock.now() - began });
  }

  async #advanceTo(time: number): Promise<void> {
    if (!Number.isFinite(time)) {
      // Nothing waits for the clock, but for something real, such as reading a file.
      await new Promise((resolve) => setTimeout(resolve, 1));
      return;
    }
    for (let next = this.#scheduled[0]; next !== undefined && next.at <= time; next = this.#scheduled[0]) {
      await this.clock.advanceTo(next.at, () => this.#untilIdle());
      this.#scheduled.shift();
      await next.act();
      await this.#untilIdle();
    }
    await this.clock.advanceTo(time, () => this.#untilIdle());
  }

  /** At its start the action reads files and asks the registry, which #untilIdle can't see. */
  async #untilIdleAtStart(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 4));
    await this.#untilIdle();
  }

  /** Waits until no request is on its way, and nothing was added for a while: everything due at this time has happened. */
  async #untilIdle(): Promise<void> {
    let seen = '';
    for (let quiet = 0; quiet < QUIET_TURNS; quiet += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      const { requests, store, openWatches } = this.kubernetes;
      const now = `${requests.length} ${store.version} ${openWatches} ${this.clock.nextAt} ${this.registry.seen.length}`;
      if (now !== seen || this.#requests.count > 0 || isReadingFiles()) quiet = 0;
      seen = now;
    }
  }
}

/** Whether a file is being read or written, such as a kubeconfig or the registry logins. */
function isReadingFiles(): boolean {
  return process.getActiveResourcesInfo().some((resource) => resource.startsWith('FSReq'));
}

/** Turns of the event loop without anything new, enough for requests over loopback. */
const QUIET_TURNS = 20;
/** Rounds at the start that get more time. */
const START_ROUNDS = 8;
