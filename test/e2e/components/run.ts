import { execFile } from 'node:child_process';
import { defined } from '../../../src/core/defined.ts';
import { locate } from '../tools/locate.ts';

/** What a program wrote to its standard output. Throws with what it wrote to standard error when it fails. */
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
    // A program may end without having read its input; whether that is a failure, its exit code says.
    child.stdin?.on('error', () => {}).end(input);
  });
}
