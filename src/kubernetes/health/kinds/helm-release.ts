import type { KindRule } from '../rule/kind-rule.ts';

/** A Helm release, by the labels of the Secret that holds its newest revision. */
export const helmRelease: KindRule = {
  group: '',
  kind: 'Helm',
  judge({ metadata: { labels } }) {
    const { status = 'unknown', version } = labels;
    const message = version === undefined ? 'its state can not be read' : `revision ${version} is ${status}`;
    if (status === 'failed') return { status: 'failed', cause: 'release-failed', message };
    // What is pending is under way, or the Helm that did it was killed: only time tells.
    if (status.startsWith('pending') || status.startsWith('uninstall')) return { status: 'progressing', message };
    return { status: 'current', message };
  },
};
