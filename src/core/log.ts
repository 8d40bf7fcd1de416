import { defined } from './defined.ts';
import { escapeLogLine } from './escape-log-line.ts';
import { showInvisible } from './invisible.ts';
import type { AnnotationLevel, AnnotationProperties, Runner } from './runner.ts';
import type { Secrets } from './secrets.ts';

/** The log of the step, with groups and annotations. */
export interface Log {
  /** Writes one or more lines. */
  info(text: string): void;
  /** Shown only if debug logging is on. */
  debug(text: string): void;
  notice(text: string, place?: AnnotationProperties): void;
  warning(text: string, place?: AnnotationProperties): void;
  error(text: string, place?: AnnotationProperties): void;
  /** Folds the lines that `body` logs under a title. */
  group<T>(title: string, body: () => Promise<T>): Promise<T>;
}

/**
 * Creates the log of an action. Secrets are redacted, and no line can be read as a workflow command. An annotation without a title gets
 * the action's name, because a job shows the annotations of all its steps in one list.
 */
export function createLog(runner: Runner, secrets: Secrets, action: string): Log {
  const annotate =
    (level: AnnotationLevel) =>
    (text: string, place: AnnotationProperties = {}) =>
      runner.annotate(level, showInvisible(secrets.redact(text)), visiblePlace({ title: action, ...place }, secrets));
  return {
    info: (text) => {
      for (const line of secrets.redact(text).split(/\r\n|\r|\n/)) runner.info(escapeLogLine(line));
    },
    debug: (text) => {
      // `@actions/core` always writes debug lines, although the runner shows them only if debug logging is on. Many lines cost time.
      if (runner.isDebug()) runner.debug(showInvisible(secrets.redact(text)));
    },
    notice: annotate('notice'),
    warning: annotate('warning'),
    error: annotate('error'),
    async group(title, body) {
      // The `group` of `@actions/core` would cut the stack of an error here.
      runner.startGroup(showInvisible(secrets.redact(title)));
      try {
        return await body();
      } finally {
        runner.endGroup();
      }
    },
  };
}

function visiblePlace(place: AnnotationProperties, secrets: Secrets): AnnotationProperties {
  const { title, file } = place;
  const visible = (text: string | undefined) => (text === undefined ? undefined : showInvisible(secrets.redact(text)));
  return { ...place, ...defined({ title: visible(title), file: visible(file) }) };
}
