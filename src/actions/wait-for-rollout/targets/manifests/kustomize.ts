import { rm } from 'node:fs/promises';
import { ActionError } from '../../../../core/error.ts';
import type { Runtime } from '../../../../entry/context.ts';
import { workFolder } from '../../../../files/temporary.ts';
import { describeResult, lastOutputLine, type ProgramResult } from '../../../../program/result.ts';
import { runProgram } from '../../../../program/run.ts';
import type { InstallTool } from '../../../../tools/install.ts';
import { TOOLS } from '../../../../tools/tools.ts';

/** Programs that can render a kustomization, in the order in which they are tried. */
const RENDERERS = [
  { program: 'kubectl', args: ['kustomize'] },
  { program: 'kustomize', args: ['build'] },
] as const;

export interface KustomizeSettings {
  /** Whether a Kustomize is downloaded if none is installed. */
  readonly install: boolean;
  /** The URL to download it from instead of GitHub. */
  readonly mirror: string | undefined;
  /** For the download and all renderings together, in ms. */
  readonly timeout: number;
}

type RenderRuntime = Pick<Runtime, 'env' | 'signal' | 'http' | 'clock' | 'log'>;

/** Renders a folder with a kustomization. @param path of the folder, as the user wrote it. */
export type Render = (folder: string, path: string) => Promise<string>;

/**
 * Calls `use` with a function that renders kustomizations: with kubectl, else with Kustomize, else, if the settings allow it, with a Kustomize that
 * is downloaded once and deleted at the end.
 * @throws ActionError `kustomize-missing`, `kustomize-failed`, and what a download throws.
 */
export async function withKustomize<T>(
  { install, mirror, timeout }: KustomizeSettings,
  runtime: RenderRuntime,
  use: (render: Render) => Promise<T>,
  bring: InstallTool = bringLazily,
): Promise<T> {
  const { env, clock } = runtime;
  const endsAt = clock.now() + timeout;
  const timeLeft = () => Math.max(1, endsAt - clock.now());
  // When one folder fails, rendering of the others is cancelled.
  const done = new AbortController();
  const signal = AbortSignal.any([runtime.signal, done.signal]);
  let installed: { readonly folder: string; readonly program: Promise<string> } | undefined;
  const installOnce = () => {
    if (installed === undefined) {
      const folder = workFolder(env, 'kustomize');
      const program = bring(TOOLS.kustomize, folder, { ...runtime, signal, mirror, timeout: timeLeft() });
      installed = { folder, program };
    }
    return installed.program;
  };
  const run = (program: string, args: readonly string[], folder: string) =>
    runProgram({ program, args: [...args, folder], cwd: folder, env, signal, timeout: timeLeft() });
  try {
    return await use(async (folder, path) => {
      for (const { program, args } of RENDERERS) {
        const result = await run(program, args, folder);
        if (result.kind !== 'not-found') return outputOf(`${program} ${args.join(' ')}`, result, path);
      }
      if (!install) throw kustomizeMissing(path);
      return outputOf('kustomize build', await run(await installOnce(), ['build'], folder), path);
    });
  } finally {
    done.abort();
    if (installed !== undefined) await rm(installed.folder, { recursive: true, force: true });
  }
}

const bringLazily: InstallTool = async (...args) => (await import('../../../../tools/install.ts')).installTool(...args);

function outputOf(command: string, result: ProgramResult, path: string): string {
  if (result.kind === 'exited' && result.code === 0) return result.stdout;
  const reason = lastOutputLine(result) ?? `it ${describeResult(result)}`;
  throw new ActionError({
    code: 'kustomize-failed',
    message: `The kustomization ${path} can't be rendered by ${command.split(' ')[0]}: ${reason}.`,
    remedy: `Run \`${command} ${path}\` to see its whole output.`,
  });
}

function kustomizeMissing(path: string): ActionError {
  return new ActionError({
    code: 'kustomize-missing',
    message: `Input \`manifests\` names ${path}, a kustomization, but neither kubectl nor kustomize is installed.`,
    remedy:
      'Set `install-tools: true`, install kubectl in an earlier step, or give the output of `kustomize build` as `manifests`.',
  });
}
