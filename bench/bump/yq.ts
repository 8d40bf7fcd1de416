import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { cacheFolder } from '../../test/e2e/tools/toolbox.ts';

/**
 * mikefarah's yq, from BENCH_YQ, PATH, or the cache of the end-to-end tests, where it is installed if there is Go. The `yq` of Debian is another
 * program.
 */
export function findYq(): string | undefined {
  const cache = cacheFolder();
  const cached = join(cache, 'yq', 'yq');
  const known = [process.env['BENCH_YQ'], 'yq', cached].filter((program) => program !== undefined);
  const found = known.find(isMikefarahYq);
  if (found !== undefined || spawnSync('go', ['version']).status !== 0) return found;
  const env = { ...process.env, GOBIN: join(cache, 'yq'), CGO_ENABLED: '0', GOFLAGS: '' };
  spawnSync('go', ['install', 'github.com/mikefarah/yq/v4@v4.47.2'], { env, stdio: 'inherit' });
  return isMikefarahYq(cached) ? cached : undefined;
}

function isMikefarahYq(program: string): boolean {
  return spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout?.includes('mikefarah') === true;
}
