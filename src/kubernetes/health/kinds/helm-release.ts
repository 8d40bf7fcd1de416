import type { KindRule } from '../rule/kind-rule.ts';

/** A Helm release, judged by the labels of the Secret of its newest revision. */
export const helmRelease: KindRule = {
  group: '',
  kind: 'Helm',
  describe: {
    current: 'the newest revision of the Helm release is `deployed`',
    failed: 'it is `failed` (`release-failed`)',
  },
  judge({ metadata: { labels } }) {
    const { status = 'unknown', version } = labels;
    const message = version === undefined ? "its state can't be read" : `revision ${version} is ${status}`;
    if (status === 'failed') return { status: 'failed', cause: 'release-failed', message };
    // Helm is at work, or it was killed. Only the timeout tells the difference.
    if (status.startsWith('pending'))
      return { status: 'progressing', message: `${message}${sinceOf(labels)}: ${KILLED}` };
    if (status.startsWith('uninstall')) return { status: 'progressing', message: `${message}${sinceOf(labels)}` };
    return { status: 'current', message };
  },
};

const KILLED =
  'if no Helm is at work anymore, it was killed, and `helm rollback` (after a first install `helm uninstall`) frees the release';

/** Helm writes when a revision last changed, in seconds since the epoch. */
function sinceOf({ modifiedAt, createdAt }: Readonly<Record<string, string>>): string {
  const seconds = Number(modifiedAt ?? createdAt);
  return seconds > 0 ? ` since ${new Date(seconds * 1000).toISOString()}` : '';
}
