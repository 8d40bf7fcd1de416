import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defined } from '../../../src/core/defined.ts';
// What the action loads when it needs it is loaded here before, so that the clock stands still meanwhile.
import '../../../src/image/platform.ts';
import '../../../src/image/registry/platforms.ts';
import '../../../src/image/registry/registries.ts';
import '../../../src/actions/wait-for-rollout/compare-commits.ts';
import 'undici';
import 'yaml';
import { contract } from '../../../src/actions/wait-for-rollout/contract.ts';
import { run } from '../../../src/actions/wait-for-rollout/run.ts';
import { runAction } from '../../../src/entry/run-action.ts';
import { parseJson, stringAt } from '../../../src/json/json.ts';
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
import { fakeRunner } from '../../fakes/runner.ts';
import { commandFiles, inputVariables, readKeyValues } from '../../runner/command-files.ts';

export interface WaitResult {
  readonly exitCode: number;
  readonly outputs: Readonly<Record<string, string>>;
  /** The entries of output `resources`. */
  readonly resources: readonly unknown[];
  readonly summary: string;
  readonly log: readonly string[];
  /** The lines of the log that tell a change of a target, without their times. */
  readonly changes: readonly string[];
  /** The annotation of the failure, with its line breaks; empty where there is none. */
  readonly error: string;
  /** Milliseconds that the clock ran. */
  readonly elapsed: number;
}

type Behaviours = Record<string, ImageBehavior | ((reference: string) => ImageBehavior | undefined)>;

interface Options extends Partial<Omit<ControllerOptions, 'store' | 'clock' | 'images'>> {
  readonly token?: string;
}

/** A cluster that lives on a clock which the test moves: its API server, controllers and nodes. */
export class Stage {
  readonly clock = new ManualClock();
  readonly folder = mkdtempSync(join(tmpdir(), 'wait-for-rollout-test-'));
  readonly argoCd: ArgoCd;
  readonly double: FakeKubernetes;
  readonly registry: FakeRegistry;
  /** What becomes of each image, by its reference; of none: the registry does not have it. */
  readonly images: Behaviours = {};
  /** By how much the clock of the runner differs from that of the cluster, in ms. */
  runnerIsAheadBy = 0;
  readonly #controllers: Controllers;
  readonly #planned: { readonly at: number; readonly act: () => void | Promise<void> }[] = [];

  private constructor(double: FakeKubernetes, registry: FakeRegistry, clock: ManualClock, options: Options) {
    this.double = double;
    this.registry = registry;
    this.clock = clock;
    this.argoCd = new ArgoCd(double.store, clock);
    this.#controllers = startControllers({
      terminationMs: 300,
      ...options,
      store: double.store,
      clock,
      images: (reference) => {
        const behaviour = this.images[reference];
        return typeof behaviour === 'function' ? behaviour(reference) : behaviour;
      },
      setLogs: (...args) => double.setLogs(...args),
    });
  }

  static async open(options: Options = {}): Promise<Stage> {
    const clock = new ManualClock();
    const { token } = options;
    const double = await FakeKubernetes.start({ clock, ...defined({ token }) });
    return new Stage(double, await FakeRegistry.start(), clock, options);
  }

  async close(): Promise<void> {
    await this.#controllers.stop();
    await this.double.stop();
    await this.registry.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A repository of the registry. */
  get repository(): string {
    return `${this.registry.host}/acme/shop`;
  }

  /** Puts an index for one platform into the registry. @returns the digests of both. */
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

  /** Has the controllers look again at what is outside the cluster. */
  wake(): void {
    this.#controllers.wake();
  }

  apply(...objects: Obj[]): void {
    this.double.apply(...objects);
  }

  /** Does something `ms` from now. */
  after(ms: number, act: () => void | Promise<void>): void {
    this.#planned.push({ at: this.clock.now() + ms, act });
    this.#planned.sort((a, b) => a.at - b.at);
  }

  /** Lets time pass without the action. */
  async pass(ms: number): Promise<void> {
    await this.#settle();
    await this.#advanceTo(this.clock.now() + ms);
  }

  /** Runs the action to its end, and time with it. */
  async wait(
    inputs: Readonly<Record<string, string>>,
    env: Readonly<Record<string, string>> = {},
  ): Promise<WaitResult> {
    const files = commandFiles(this.folder);
    const lines: string[] = [];
    const began = this.clock.now();
    const given = { kubeconfig: this.double.kubeconfig, ...inputs };
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
      await this.#settle();
      if (round < BEGINNING) await this.#settleSlowly();
      if (exitCode !== undefined || failure !== undefined) break;
      await this.#advanceTo(
        Math.min(this.clock.nextAt ?? Number.POSITIVE_INFINITY, this.#planned[0]?.at ?? Number.POSITIVE_INFINITY),
      );
    }
    await running;
    if (failure !== undefined) throw failure;
    const outputs = readKeyValues(readFileSync(files.output, 'utf8'));
    const resources = parseJson(outputs['resources'] ?? '');
    const annotation = lines.find((line) => line.startsWith('::error')) ?? '';
    return {
      exitCode: exitCode ?? 1,
      outputs,
      resources: Array.isArray(resources) ? resources : [],
      summary: readFileSync(files.summary, 'utf8'),
      log: lines,
      changes: lines.flatMap((line) => /^ *[\d.]+s {2}(.*)$/.exec(line)?.[1] ?? []),
      error: annotation
        .replace(/^::error[^:]*(%3A[^:]*)*::/, '')
        .replaceAll('%0A', '\n')
        .replaceAll('%25', '%'),
      elapsed: this.clock.now() - began,
    };
  }

  async #advanceTo(time: number): Promise<void> {
    if (!Number.isFinite(time)) {
      // Nobody waits for the clock: something real is under way, such as a file being read.
      await new Promise((resolve) => setTimeout(resolve, 1));
      return;
    }
    for (let next = this.#planned[0]; next !== undefined && next.at <= time; next = this.#planned[0]) {
      await this.clock.advanceTo(next.at, () => this.#settle());
      this.#planned.shift();
      await next.act();
      await this.#settle();
    }
    await this.clock.advanceTo(time, () => this.#settle());
  }

  /** At its beginning the action reads files and asks the registry, one after the other: between them nothing is to be seen for a while. */
  async #settleSlowly(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 4));
    await this.#settle();
  }

  /** Until nothing has been sent, written or logged for a while: what one instant sets off has happened then. */
  async #settle(): Promise<void> {
    let seen = '';
    for (let quiet = 0; quiet < QUIET; quiet += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      const { requests, store, openWatches } = this.double;
      const now = `${requests.length} ${store.version} ${openWatches} ${this.clock.nextAt} ${this.registry.seen.length}`;
      if (now !== seen) quiet = 0;
      seen = now;
    }
  }
}

/** So many turns of the event loop without anything new are enough for what goes over loopback. */
const QUIET = 20;
/** So many first rounds of a wait are given more time. */
const BEGINNING = 8;

/** The text of an entry of output `resources`. */
export function textOf(entry: unknown, ...path: string[]): string {
  return stringAt(entry, ...path) ?? '';
}
