import { execFile } from 'node:child_process';
import { defined } from '../../../src/core/defined.ts';
import { locate } from '../tools/locate.ts';

/** Runs a program and returns its standard output. If it fails, throws with its standard error. */
export function run(
  program: string,
  args: readonly string[],
  options: { readonly input?: string; readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const { input, env, cwd } = options;
    const child = execFile(
      locate(program) ?? program,
      args,
      { ...defined({ cwd }), env: { ...process.env, ...env }, maxBuffer: 64 << 20 },
      (error, output, errors) => {
        if (error === null) resolve(output);
        else reject(new Error(`${program} ${args.join(' ')}\n${errors || error.message}${output}`));
      },
    );
    // Ignored: a program may end without reading its input, and its exit code says whether it failed.
    child.stdin?.on('error', () => {}).end(input);
  });
}
