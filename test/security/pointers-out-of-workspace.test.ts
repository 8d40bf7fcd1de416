import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { requireKustomizationInside } from '../../src/actions/wait-for-rollout/targets/manifests/kustomization-paths.ts';
import { expectWithNote } from '../jest-support.ts';
import { type Machine, newMachine, runStep } from './step.ts';

/** A file of the workspace can name other files. None of those lies outside the workspace. */

let machine: Machine;
beforeEach(() => {
  machine = newMachine();
});

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Writes a kustomization into `app` of the workspace; `elsewhere/base` is one outside. */
function kustomization(text: string): void {
  put(join(machine.elsewhere, 'base/kustomization.yaml'), 'resources: []\n');
  put(join(machine.elsewhere, 'secret.yaml'), 'a: 1\n');
  put(join(machine.workspace, 'base/kustomization.yaml'), 'resources: [shop.yaml, ../app]\n');
  put(join(machine.workspace, 'base/shop.yaml'), 'a: 1\n');
  put(join(machine.workspace, 'app/values.yaml'), 'a: 1\n');
  put(join(machine.workspace, 'app/kustomization.yaml'), text);
}

const requireInside = () => requireKustomizationInside(join(machine.workspace, 'app'), machine.workspace);

describe('a kustomization that leads out of the workspace is not rendered', () => {
  test.each([
    ['a base', 'bases: [../../elsewhere/base]'],
    ['a resource that is a folder', 'resources: [../../elsewhere/base]'],
    ['a resource that is a file', 'resources: [../../elsewhere/secret.yaml]'],
    ['a component', 'components:\n  - ../../elsewhere/base'],
    ['a patch', 'patches: [{ path: ../../elsewhere/secret.yaml }]'],
    ['an old patch', 'patchesStrategicMerge: [../../elsewhere/secret.yaml]'],
    ['a file of a ConfigMap', 'configMapGenerator: [{ name: a, files: [key=../../elsewhere/secret.yaml] }]'],
    ['an env file of a Secret', 'secretGenerator: [{ name: a, envs: [../../elsewhere/secret.yaml] }]'],
    ['values of a chart', 'helmCharts: [{ name: a, valuesFile: ../../elsewhere/secret.yaml }]'],
    ['a folder of charts', 'helmGlobals: { chartHome: ../../elsewhere/base }'],
    ['a generator', 'generators: [../../elsewhere/base]'],
    ['an alias', 'namePrefix: &out ../../elsewhere/base\nresources: [*out]'],
    ['an alias of a list', 'x: &out { y: [../../elsewhere/base] }\nresources: *out'],
    ['a merge', 'x: &out { resources: [../../elsewhere/base] }\n<<: *out'],
    ['quotes and escapes', 'resources: ["..\\x2f../elsewhere/base"]'],
    ['JSON', '{"resources": ["../../elsewhere/base"]}'],
    ['a field in capitals', 'Resources: [../../elsewhere/base]'],
    ['a field with a letter that Go takes for another', 're\u017fources: [../../elsewhere/base]'],
    ['a climb within', 'resources: [../base/../../elsewhere/base]'],
  ])('%s', async (_, text) => {
    kustomization(text);
    await expect(requireInside()).rejects.toMatchObject({
      code: 'input-invalid',
      message: expect.stringMatching(
        /^Input `manifests` names the kustomization app\/kustomization.yaml, which leads out/,
      ),
    });
  });

  test.each(['file:///srv/repository', 'FILE:///srv/repository?ref=v1', 'git::file:///srv/repository//base'])(
    'a repository of this machine: %s',
    async (url) => {
      kustomization(`resources: ['${url}']`);
      await expect(requireInside()).rejects.toThrow(
        /app\/kustomization.yaml, which clones a repository of this machine/,
      );
    },
  );

  test('a base of a base', async () => {
    kustomization('resources: [../base]');
    put(join(machine.workspace, 'base/kustomization.yaml'), 'resources: [../../elsewhere/base]\n');
    await expect(requireInside()).rejects.toThrow(/base\/kustomization.yaml, which leads out/);
  });

  test('a link among its resources', async () => {
    kustomization('resources: [linked]');
    symlinkSync(join(machine.elsewhere, 'base'), join(machine.workspace, 'app/linked'));
    await expect(requireInside()).rejects.toThrow(/which leads out/);
  });

  test('a kustomization file that is a link', async () => {
    kustomization('');
    rmSync(join(machine.workspace, 'app/kustomization.yaml'));
    symlinkSync(join(machine.elsewhere, 'base/kustomization.yaml'), join(machine.workspace, 'app/Kustomization'));
    await expect(requireInside()).rejects.toThrow(/which leads out/);
  });

  test.each([
    ['two documents', 'resources: []\n---\nresources: [../../elsewhere/base]', /more than one document/],
    ['a key twice', 'resources: []\nresources: [../../elsewhere/base]', /the key resources twice/],
  ])('a file that two parsers may read in two ways: %s', async (_, text, reason) => {
    kustomization(text);
    await expect(requireInside()).rejects.toThrow(reason);
  });

  test('a pipe among its resources', async () => {
    kustomization('resources: [pipe.yaml]');
    spawnSync('mkfifo', [join(machine.workspace, 'app/pipe.yaml')]);
    await expect(requireInside()).rejects.toThrow(/names pipe.yaml, but that is no file/);
  });

  test('the action says so before it starts a program', async () => {
    kustomization('resources: [../../elsewhere/base]');
    const { exitCode, shown } = await runStep('wait-for-rollout', { manifests: 'app' }, machine);
    expect([exitCode, shown]).toStrictEqual([1, expect.stringMatching(/leads out of the workspace/)]);
  });
});

test('a kustomization may name what lies in the workspace, what is remote, and what does not exist', async () => {
  kustomization(`resources: [../base, values.yaml, 'https://github.com/acme/base?ref=1', missing.yaml]
configMapGenerator: [{ name: a, files: [values.yaml, key=values.yaml], literals: [root=/] }]
patches: [{ patch: '[{ "op": "remove", "path": "/" }]' }]
`);
  await expect(requireInside()).resolves.toBeUndefined();
});

test('a kustomization elsewhere, which only the user can name, may name anything', async () => {
  put(join(machine.temp, 'app/kustomization.yaml'), 'resources: [../../elsewhere]');
  await expect(requireKustomizationInside(join(machine.temp, 'app'), machine.workspace)).resolves.toBeUndefined();
});

describe('a git folder that leads out of the workspace is not read', () => {
  const secretCheckout = () => {
    const git = (...args: string[]) => execFileSync('git', ['-C', machine.elsewhere, ...args], { stdio: 'pipe' });
    git('init', '--quiet');
    git('-c', 'user.name=a', '-c', 'user.email=a', 'commit', '--quiet', '--allow-empty', '-m', 'a');
    return join(machine.elsewhere, '.git');
  };

  const pointers: Readonly<Record<string, (git: string) => void>> = {
    'an absolute gitdir': (git) => put(join(machine.workspace, 'gitops/.git'), `gitdir: ${git}\n`),
    'a relative gitdir': () => put(join(machine.workspace, 'gitops/.git'), 'gitdir: ../../elsewhere/.git\n'),
    'a link in place of .git': (git) => {
      mkdirSync(join(machine.workspace, 'gitops'));
      symlinkSync(git, join(machine.workspace, 'gitops/.git'));
    },
    'a commondir': (git) => {
      put(join(machine.workspace, 'gitops/.git/HEAD'), 'ref: refs/heads/main\n');
      put(join(machine.workspace, 'gitops/.git/commondir'), `${git}\n`);
    },
    'a gitdir by way of a link': (git) => {
      mkdirSync(join(machine.workspace, 'gitops'));
      symlinkSync(dirname(git), join(machine.workspace, 'up'));
      put(join(machine.workspace, 'gitops/.git'), 'gitdir: ../up/.git\n');
    },
  };

  test.each(Object.entries(pointers))('%s', async (_, point) => {
    point(secretCheckout());
    const inputs = { path: 'gitops', 'add-paths': '**', application: 'shop' };
    const { exitCode, shown } = await runStep('open-gitops-PR', inputs, machine);
    expectWithNote(exitCode, shown).toBe(1);
    expect(shown).toMatch(/checkout-invalid.*leads out of the workspace/);
  });

  test.each(['ref: ../../../elsewhere/token', 'ref: refs/../../../elsewhere/token', 'ref: /etc/hostname'])(
    'HEAD with %s',
    async (head) => {
      put(join(machine.elsewhere, 'token'), `${'a'.repeat(40)}\n`);
      put(join(machine.workspace, 'gitops/.git/HEAD'), `${head}\n`);
      const inputs = { path: 'gitops', 'add-paths': '**', application: 'shop' };
      const { shown } = await runStep('open-gitops-PR', inputs, machine);
      expect(shown).toMatch(/has no commit checked out/);
    },
  );
});
