import { escapeLogLine } from './escape-log-line.ts';
import type { AnnotationLevel, AnnotationProperties, Runner } from './runner.ts';
import type { Secrets } from './secrets.ts';

/** The step's log: groups per phase, one line per change of state, annotations for what a person must see. */
export interface Log {
  /** One or more lines. */
  info(text: string): void;
  /** Seen only with debug logging. */
  debug(text: string): void;
  notice(text: string, place?: AnnotationProperties): void;
  warning(text: string, place?: AnnotationProperties): void;
  error(text: string, place?: AnnotationProperties): void;
  /** Folds what `body` logs under a title. */
  group<T>(title: string, body: () => Promise<T>): Promise<T>;
}

/**
 * A log that the runner shows. Every line is redacted and can't be taken for a workflow command; an annotation without a title bears
 * the action's name, as a job shows those of all its steps in one list.
 */
export function createLog(runner: Runner, secrets: Secrets, action: string): Log {
  const annotate =
    (level: AnnotationLevel) =>
    (text: string, place: AnnotationProperties = {}) =>
      runner.annotate(level, secrets.redact(text), { title: action, ...place });
  return {
    info: (text) => {
      for (const line of secrets.redact(text).split(/\r\n|\r|\n/)) runner.info(escapeLogLine(line));
    },
    debug: (text) => {
      // `@actions/core` writes it always; the runner shows it only where debug logging is on, and the flood costs time.
      if (runner.isDebug()) runner.debug(secrets.redact(text));
    },
    notice: annotate('notice'),
    warning: annotate('warning'),
    error: annotate('error'),
    async group(title, body) {
      // With the `group` of `@actions/core` the stack of an error would end here.
      runner.startGroup(secrets.redact(title));
      try {
        return await body();
      } finally {
        runner.endGroup();
      }
    },
  };
}
