import { ActionError } from '../../../action/error.ts';
import type { Env } from '../../../action/inputs.ts';
import { fateOf, lastWords } from '../../../program/result.ts';
import { runProgram } from '../../../program/run.ts';

/** The names under which Kustomize looks for its file. */
export const KUSTOMIZATION = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** What can render a kustomization, in this order. */
const RENDERERS = [
  { program: 'kubectl', args: ['kustomize'] },
  { program: 'kustomize', args: ['build'] },
] as const;

/**
 * Renders a folder with a kustomization by the Kustomize that kubectl carries, else by Kustomize itself.
 * @param title the folder as the user named it.
 * @throws ActionError `kustomize-missing`, `kustomize-failed`.
 */
export async function renderKustomization(
  folder: string,
  title: string,
  { env, signal }: { readonly env: Env; readonly signal: AbortSignal },
): Promise<string> {
  for (const { program, args } of RENDERERS) {
    const result = await runProgram({ program, args: [...args, folder], cwd: folder, env, signal });
    if (result.kind === 'not-found') continue;
    if (result.kind === 'exited' && result.code === 0) return result.stdout;
    const said = lastWords(result) ?? `it ${fateOf(result)}`;
    throw new ActionError({
      code: 'kustomize-failed',
      message: `The kustomization ${title} can't be rendered by ${program}: ${said}.`,
      remedy: `Run \`${program} ${args.join(' ')} ${title}\` to see all that it says.`,
    });
  }
  throw new ActionError({
    code: 'kustomize-missing',
    message: `Input \`manifests\` names ${title}, a kustomization, and neither kubectl nor kustomize is installed.`,
    remedy: 'Install kubectl in an earlier step, or give the output of `kustomize build` as `manifests`.',
  });
}
