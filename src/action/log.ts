import { command, harmless } from './commands.ts';
import type { Secrets } from './secrets.ts';

/** Where an annotation points to. */
export interface Place {
  readonly title?: string;
  readonly file?: string;
  readonly line?: number;
}

/** The step's log: groups per phase, one line per change of state, annotations for what a person must see. */
export interface Log {
  /** One or more lines. */
  info(text: string): void;
  /** Seen only with debug logging. */
  debug(text: string): void;
  notice(text: string, place?: Place): void;
  warning(text: string, place?: Place): void;
  error(text: string, place?: Place): void;
  /** Folds what `body` logs under a title. */
  group<T>(title: string, body: () => Promise<T>): Promise<T>;
}

/**
 * A log in the runner's format. Every line is redacted and can't be taken for a workflow command; an annotation without a title
 * bears the action's name, as a job shows those of all its steps in one list.
 */
export function createLog(
  write: (line: string) => void,
  secrets: Secrets,
  { action, debugging }: { readonly action: string; readonly debugging: boolean },
): Log {
  const lines = (text: string) => {
    for (const line of secrets.redact(text).split(/\r\n|\r|\n/)) write(harmless(line));
  };
  const annotate = (name: string, text: string, place: Place = {}) =>
    write(
      command(
        name,
        { title: place.title ?? action, file: place.file, line: place.line?.toString() },
        secrets.redact(text),
      ),
    );
  return {
    info: lines,
    debug: (text) => {
      // The runner shows `::debug::` only where debug logging is on; not writing it otherwise saves the flood.
      if (debugging) write(command('debug', {}, secrets.redact(text)));
    },
    notice: (text, place) => annotate('notice', text, place),
    warning: (text, place) => annotate('warning', text, place),
    error: (text, place) => annotate('error', text, place),
    async group(title, body) {
      write(command('group', {}, secrets.redact(title)));
      try {
        return await body();
      } finally {
        write(command('endgroup', {}, ''));
      }
    },
  };
}
