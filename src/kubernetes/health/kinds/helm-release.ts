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
    // Pending: Helm is at work, or it was killed. The timeout tells the difference.
    if (status.startsWith('pending') || status.startsWith('uninstall')) return { status: 'progressing', message };
    return { status: 'current', message };
  },
};
