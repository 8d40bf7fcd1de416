import { rm } from 'node:fs/promises';
import { ActionError } from '../../../../core/error.ts';
import type { Context } from '../../../../entry/context.ts';
import { temporaryFolder } from '../../../../files/temporary.ts';
import { fateOf, lastWords, type ProgramResult } from '../../../../program/result.ts';
import { runProgram } from '../../../../program/run.ts';
import type { Bring } from '../../../../tools/bring.ts';
import { TOOLS } from '../../../../tools/tools.ts';
import type { contract } from '../../contract.ts';

/** The names under which Kustomize looks for its file. */
export const KUSTOMIZATION = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** What can render a kustomization, in this order. */
const RENDERERS = [
  { program: 'kubectl', args: ['kustomize'] },
  { program: 'kustomize', args: ['build'] },
] as const;

export type RenderContext = Pick<Context<typeof contract>, 'env' | 'signal' | 'http' | 'clock' | 'log' | 'inputs'>;

/** Renders a folder with a kustomization, which the user named `title`. */
export type Render = (folder: string, title: string) => Promise<string>;

/**
 * Lends out what renders kustomizations: the Kustomize that kubectl carries, else Kustomize itself, else (`install-tools`) one that is
 * brought, once for all of them, and gone at the end.
 * @throws ActionError `kustomize-missing`, `kustomize-failed`, and what bringing a tool throws.
 */
export async function withKustomize<T>(
  context: RenderContext,
  use: (render: Render) => Promise<T>,
  bring: Bring = bringLazily,
): Promise<T> {
  const { inputs, env } = context;
  // Where one folder fails the others are not waited for: what still runs for them is ended.
  const done = new AbortController();
  const signal = AbortSignal.any([context.signal, done.signal]);
  let brought: { readonly folder: string; readonly program: Promise<string> } | undefined;
  const bringOnce = () => {
    if (brought === undefined) {
      const folder = temporaryFolder(env, 'kustomize');
      brought = { folder, program: bring(TOOLS.kustomize, folder, { ...context, signal, mirror: inputs.toolsMirror }) };
    }
    return brought.program;
  };
  const run = (program: string, args: readonly string[], folder: string) =>
    runProgram({ program, args: [...args, folder], cwd: folder, env, signal, timeout: inputs.timeout });
  try {
    return await use(async (folder, title) => {
      for (const { program, args } of RENDERERS) {
        const result = await run(program, args, folder);
        if (result.kind !== 'not-found') return renderedBy(`${program} ${args.join(' ')}`, result, title);
      }
      if (!inputs.installTools) throw missing(title);
      return renderedBy('kustomize build', await run(await bringOnce(), ['build'], folder), title);
    });
  } finally {
    done.abort();
    if (brought !== undefined) await rm(brought.folder, { recursive: true, force: true });
  }
}

const bringLazily: Bring = async (...args) => (await import('../../../../tools/bring.ts')).bringTool(...args);

function renderedBy(command: string, result: ProgramResult, title: string): string {
  if (result.kind === 'exited' && result.code === 0) return result.stdout;
  const said = lastWords(result) ?? `it ${fateOf(result)}`;
  throw new ActionError({
    code: 'kustomize-failed',
    message: `The kustomization ${title} can't be rendered by ${command.split(' ')[0]}: ${said}.`,
    remedy: `Run \`${command} ${title}\` to see all that it says.`,
  });
}

function missing(title: string): ActionError {
  return new ActionError({
    code: 'kustomize-missing',
    message: `Input \`manifests\` names ${title}, a kustomization, and neither kubectl nor kustomize is installed.`,
    remedy:
      'Set `install-tools: true` to have Kustomize brought, install kubectl in an earlier step, or give the output of `kustomize build` as `manifests`.',
  });
}
