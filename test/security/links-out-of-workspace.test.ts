import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { actionNames, loadContract } from '../../scripts/actions.ts';
import { expectWithNote, invariant } from '../jest-support.ts';
import { type Machine, newMachine, runStep } from './step.ts';

/** A commit can contain symbolic links. None of them leads an action out of the workspace, whichever input names it. */

const IMAGE = 'ghcr.io/acme/shop';
const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: hunter22
spec: { template: { spec: { containers: [{ name: shop, image: '${IMAGE}:1.0.0' }] } } }
`;
const METRICS = '[{ name: hunter22, query: "up{{ arm }}", direction: increase }]';

/** How an input leads to a file or folder. */
interface PathInput {
  /** What the path leads to. A file, or the file in a folder. */
  readonly target: { readonly file: string; readonly text: string; readonly isFolder: boolean };
  readonly inputs: (path: string) => Readonly<Record<string, string>>;
}

const file = (name: string, text: string) => ({ file: name, text, isFolder: false });
const folder = (name: string, text: string) => ({ file: name, text, isFolder: true });

const INPUTS: Readonly<Record<string, PathInput>> = {
  'build-image: context': {
    target: folder('Dockerfile', 'FROM hunter22\n'),
    inputs: (path) => ({ image: IMAGE, context: path, tags: '1.0.0', push: 'false' }),
  },
  'build-image: file': {
    target: file('Dockerfile', 'FROM hunter22\n'),
    inputs: (path) => ({ image: IMAGE, file: path, tags: '1.0.0', push: 'false' }),
  },
  'build-image: files': {
    target: folder('secret', 'hunter22\n'),
    inputs: (path) => ({ image: IMAGE, base: 'scratch', files: `${path} => /app`, tags: '1.0.0', push: 'false' }),
  },
  'bump-manifest-tag: root': {
    target: folder('deployment.yaml', DEPLOYMENT),
    inputs: (path) => ({ image: `${IMAGE}:2.0.0`, root: path }),
  },
  'bump-manifest-tag: top': {
    target: folder('deployment.yaml', DEPLOYMENT),
    inputs: (path) => ({ image: `${IMAGE}:2.0.0`, top: path, root: path }),
  },
  'bump-manifest-tag: compare-with': {
    target: folder('deployment.yaml', DEPLOYMENT),
    inputs: (path) => ({ mode: 'compare', 'compare-with': path }),
  },
  'canary-gate: config': {
    target: file('canary.yaml', METRICS),
    inputs: (path) => ({ address: 'http://127.0.0.1:9', config: path, baseline: 'a', canary: 'b', 'dry-run': 'true' }),
  },
  'open-gitops-PR: path': {
    target: folder('new.yaml', DEPLOYMENT),
    inputs: (path) => ({ path, 'add-paths': '**', application: 'shop' }),
  },
  'wait-for-rollout: manifests': {
    target: folder('deployment.yaml', DEPLOYMENT),
    inputs: (path) => ({ manifests: path, image: `${IMAGE}@sha256:${'0'.repeat(64)}` }),
  },
  'wait-for-rollout: kubeconfig': {
    target: file('config', 'clusters: [{ name: hunter22, cluster: {} }]\n'),
    inputs: (path) => ({ kubeconfig: path, resources: 'deployment/shop' }),
  },
};

/** Writes what an input leads to. @returns its path */
function put({ target }: PathInput, where: string): string {
  const path = target.isFolder ? join(where, 'tree') : join(where, target.file);
  const written = target.isFolder ? join(path, target.file) : path;
  mkdirSync(dirname(written), { recursive: true });
  writeFileSync(written, target.text);
  if (target.isFolder) execFileSync('git', ['init', '--quiet', path], { stdio: 'pipe' });
  return path;
}

/** Each puts links into the workspace. @returns the path that the input names */
const LINKS: Readonly<Record<string, (target: string, machine: Machine) => string>> = {
  'an absolute link': (target, { workspace }) => {
    symlinkSync(target, join(workspace, 'link'));
    return 'link';
  },
  'a relative link': (target, { workspace }) => {
    symlinkSync(join('..', target.slice(dirname(workspace).length + 1)), join(workspace, 'link'));
    return './link';
  },
  'a folder on the way that is a link': (target, { workspace }) => {
    symlinkSync(dirname(target), join(workspace, 'up'));
    return `up/${target.slice(dirname(target).length + 1)}`;
  },
  'a link to a link': (target, { workspace }) => {
    mkdirSync(join(workspace, 'deep'));
    symlinkSync(target, join(workspace, 'deep/hop'));
    symlinkSync('deep/hop', join(workspace, 'link'));
    return 'link';
  },
  'an absolute path to a link': (target, { workspace }) => {
    symlinkSync(target, join(workspace, 'link'));
    return join(workspace, 'link');
  },
  'another name of the workspace': (target, { workspace, temp }) => {
    symlinkSync(target, join(workspace, 'link'));
    symlinkSync(workspace, join(temp, 'alias'));
    return join(temp, 'alias/link');
  },
  'a link by way of /proc': (target, { workspace }) => {
    symlinkSync(`/proc/self/root${target}`, join(workspace, 'link'));
    return 'link';
  },
};

/** `files` of build-image takes paths in the context only, and says so. */
const REFUSAL = /leads? out of the (?:workspace|context)/;

const cases = Object.entries(INPUTS).flatMap(([name, input]) =>
  Object.keys(LINKS).map((link) => ({ name, input, action: name.split(':')[0] ?? '', link })),
);

describe('a symbolic link out of the workspace is refused', () => {
  test.each(cases)('$name, $link', async ({ name, input, action, link }) => {
    const machine = newMachine();
    const target = put(input, machine.elsewhere);
    const path = LINKS[link]?.(target, machine) ?? '';
    const { exitCode, shown } = await runStep(action, input.inputs(path), machine);
    expectWithNote(exitCode, shown).toBe(1);
    // The source of `files` is relative to the context, even if it looks absolute.
    if (name !== 'build-image: files' || !path.startsWith('/')) expect(shown).toMatch(REFUSAL);
    expect(shown).not.toMatch(/hunter22/);
    const { file: inside, isFolder, text } = input.target;
    expect(readFileSync(isFolder ? join(target, inside) : target, 'utf8')).toBe(text);
  });
});

describe('a link among the files of a folder is not followed', () => {
  const folders = Object.entries(INPUTS).filter(
    ([name, { target }]) => target.isFolder && name !== 'build-image: context',
  );
  test.each(folders.flatMap(([name]) => ['a link to a file', 'a link to a folder'].map((link) => [name, link])))(
    '%s, %s',
    async (name = '', link = '') => {
      const machine = newMachine();
      const input = INPUTS[name];
      invariant(input);
      const target = put(input, machine.elsewhere);
      const folder = join(machine.workspace, 'app');
      mkdirSync(folder);
      writeFileSync(join(folder, 'other.yaml'), 'a: 1\n');
      if (name.startsWith('open-gitops-PR')) execFileSync('git', ['init', '--quiet', folder], { stdio: 'pipe' });
      if (link === 'a link to a folder') symlinkSync(target, join(folder, 'linked'));
      else symlinkSync(join(target, input.target.file), join(folder, `linked-${input.target.file}`));
      const { shown } = await runStep(name.split(':')[0] ?? '', input.inputs('app'), machine);
      expect(shown).not.toMatch(/hunter22/);
      expect(readFileSync(join(target, input.target.file), 'utf8')).toBe(input.target.text);
    },
  );
});

describe('a path that the user may name is taken', () => {
  test.each(Object.entries(INPUTS))('%s: by a link that stays in the workspace', async (name, input) => {
    const machine = newMachine();
    const target = put(input, join(machine.workspace, 'real'));
    symlinkSync(target, join(machine.workspace, 'link'));
    const { shown } = await runStep(name.split(':')[0] ?? '', input.inputs('link'), machine);
    expect(shown).not.toMatch(REFUSAL);
  });

  const inContext = 'build-image: files';
  test.each(Object.entries(INPUTS).filter(([name]) => name !== inContext))(
    '%s: in RUNNER_TEMP, where an earlier step wrote it',
    async (name, input) => {
      const machine = newMachine();
      const { shown } = await runStep(name.split(':')[0] ?? '', input.inputs(put(input, machine.temp)), machine);
      expect(shown).not.toMatch(REFUSAL);
      expect(shown).not.toMatch(/", which does not exist|no such (?:file|folder)|can't be (?:opened|read)/);
    },
  );
});

/** Inputs that name files, but not as `a path`: see each of their types. */
const PATHS_OF_OTHER_TYPES = ['build-image: files', 'wait-for-rollout: kubeconfig'];

/** Inputs that are any text. None of them is a path. */
const PLAIN_TEXTS = [
  'build-image: target',
  'build-image: user',
  'build-image: workdir',
  'build-image: registry-username',
  'build-image: registry-password',
  'build-image: registry-ca',
  'bump-manifest-tag: paths',
  'canary-gate: metrics',
  'canary-gate: baseline',
  'canary-gate: canary',
  'open-gitops-PR: app-id',
  'open-gitops-PR: private-key',
  'open-gitops-PR: title',
  'open-gitops-PR: body',
  'open-gitops-PR: commit-message',
  'open-gitops-PR: labels',
  'wait-for-rollout: contexts',
  'wait-for-rollout: kubeconfig',
  'wait-for-rollout: registry-username',
  'wait-for-rollout: registry-password',
  'wait-for-rollout: insecure-registries',
];

async function inputsThatTake(expected: RegExp): Promise<string[]> {
  const found: string[] = [];
  for (const action of actionNames()) {
    const { inputs } = await loadContract(action);
    for (const [name, { type }] of Object.entries(inputs))
      if (expected.test(type.expects)) found.push(`${action}: ${name}`);
  }
  return found.sort();
}

test('every input that takes a path is in this suite', async () => {
  const paths = [...(await inputsThatTake(/^a path\b/)), ...PATHS_OF_OTHER_TYPES].sort();
  expect(Object.keys(INPUTS).sort()).toStrictEqual(paths);
});

test('an input that takes any text is no path: a path has the type `inputPath`', async () => {
  expect(await inputsThatTake(/^text\b/)).toStrictEqual(PLAIN_TEXTS.toSorted());
});
