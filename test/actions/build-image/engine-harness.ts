import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { at, parseJson, stringAt } from '../../../src/json/json.ts';
import { FakeRegistry } from '../../fakes/registry/registry.ts';
import { sha256 } from '../../fakes/registry/store.ts';
import { Checkout } from './harness.ts';

interface Failure {
  readonly pattern: string;
  readonly says: string;
  readonly times: number;
  readonly code?: number | 'hangs' | 'hangs with a child' | 'ignores SIGTERM';
}

/** A checkout, a registry, and a folder of fake programs, which is the PATH of the action. */
export class EngineHarness {
  readonly checkout = new Checkout();
  readonly programs = mkdtempSync(join(tmpdir(), 'programs-'));
  readonly registry: FakeRegistry;
  /** The digest of the image that the fake programs push. */
  readonly digest: string;

  private constructor(registry: FakeRegistry) {
    this.registry = registry;
    this.checkout.write('Dockerfile', 'FROM scratch');
    this.digest = this.#addImage('acme/shop', ['main']);
  }

  static async open(): Promise<EngineHarness> {
    return new EngineHarness(await FakeRegistry.start());
  }

  async close(): Promise<void> {
    this.checkout.remove();
    rmSync(this.programs, { recursive: true });
    await this.registry.stop();
  }

  build(inputs: Record<string, string> = {}) {
    return this.checkout.run(
      { image: `${this.registry.host}/acme/shop`, tags: 'main\n1.2', ...inputs },
      { PATH: this.programs, SOURCE_DATE_EPOCH: '', GITHUB_SHA: 'abc1234', GITHUB_REPOSITORY: '' },
    );
  }

  /** Installs the fake program under these names. */
  install(names: readonly string[], failures: readonly Failure[] = [], reported = this.digest): void {
    const script = join(import.meta.dirname, 'fake-program.ts');
    for (const name of names) {
      writeFileSync(join(this.programs, name), `#!${process.execPath}\nimport(${JSON.stringify(script)});`);
      chmodSync(join(this.programs, name), 0o755);
    }
    writeFileSync(join(this.programs, 'settings.json'), JSON.stringify({ digest: reported, failures }));
  }

  /** The calls of the fake programs, in order. */
  calls() {
    return readFileSync(join(this.programs, 'calls.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => parseJson(line));
  }

  /** The command lines of the calls, without queries. */
  lines(): string[] {
    const queries = /--version| buildx (version|inspect)| version --format|manifest rm/;
    const text = this.calls().map(
      (call) => `${stringAt(call, 'program')} ${String(at(call, 'args')).replaceAll(',', ' ')}`,
    );
    return text
      .filter((line) => !queries.test(line))
      .map((line) =>
        line
          .replaceAll(this.checkout.folder, 'CTX')
          .replace(/\S*\/build-image-\w+\//g, 'TMP/')
          .replaceAll(this.registry.host, 'REG'),
      );
  }

  /** Adds the image that the fake program will have "pushed". */
  #addImage(repository: string, tags: readonly string[]): string {
    const config = Buffer.from(JSON.stringify({ os: 'linux', architecture: 'amd64' }));
    this.registry.store.addBlob(repository, config);
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const bytes = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType,
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: sha256(config), size: config.length },
        layers: [],
      }),
    );
    const kept = this.registry.store.repository(repository);
    kept.manifests.set(sha256(bytes), { mediaType, bytes });
    for (const tag of tags) kept.tags.set(tag, sha256(bytes));
    return sha256(bytes);
  }
}
