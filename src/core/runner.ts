import * as core from '@actions/core';

export type AnnotationLevel = 'notice' | 'warning' | 'error';

export interface AnnotationProperties {
  readonly title?: string;
  readonly file?: string;
  readonly line?: number;
}

/** The interface to GitHub's runner. The texts must already be redacted and escaped. */
export interface Runner {
  /** The text of an input with its white space, which is part of a masked secret; empty if the input was not given. */
  input(name: string): string;
  /** Whether debug logging is on. */
  isDebug(): boolean;
  /** Masks a value in everything that is logged from now on. */
  mask(value: string): void;
  /** Writes one line of the log. */
  info(line: string): void;
  debug(text: string): void;
  annotate(level: AnnotationLevel, text: string, place: AnnotationProperties): void;
  /** Starts a folded group of log lines. */
  startGroup(title: string): void;
  endGroup(): void;
  /** Throws if the file named by GITHUB_OUTPUT isn't writable. */
  setOutput(name: string, value: string): void;
  /** Rejects if the file named by GITHUB_STEP_SUMMARY isn't writable. */
  appendSummary(markdown: string): Promise<void>;
}

/** Not `core[level]`: the bundler would then keep the whole package, with its OpenID client and undici. */
const annotations = { notice: core.notice, warning: core.warning, error: core.error };

/** The runner that started this process. */
export const processRunner: Runner = {
  input: (name) => core.getInput(name, { trimWhitespace: false }),
  isDebug: core.isDebug,
  mask: core.setSecret,
  info: core.info,
  debug: core.debug,
  annotate(level, text, { line, ...place }) {
    annotations[level](text, line === undefined ? place : { ...place, startLine: line });
  },
  startGroup: core.startGroup,
  endGroup: core.endGroup,
  setOutput: core.setOutput,
  async appendSummary(markdown) {
    await core.summary.addRaw(markdown).write();
  },
};
