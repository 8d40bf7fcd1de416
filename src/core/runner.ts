import * as core from '@actions/core';

/** How much an annotation matters. */
export type AnnotationLevel = 'notice' | 'warning' | 'error';

/** Where an annotation points to. */
export interface AnnotationProperties {
  readonly title?: string;
  readonly file?: string;
  readonly line?: number;
}

/** GitHub's runner, as a step speaks with it. What is handed over is text that a person may see: redacted, and no command. */
export interface Runner {
  /** The text of an input as it was given, white space included (a secret is masked with it); empty where it was not given. */
  input(name: string): string;
  /** Whether debug logging is on. */
  isDebug(): boolean;
  /** Hides a value in everything that is logged from now on. */
  mask(value: string): void;
  /** Writes one line of the log. */
  info(line: string): void;
  debug(text: string): void;
  annotate(level: AnnotationLevel, text: string, place: AnnotationProperties): void;
  /** Folds what is logged until the group's end under a title. */
  startGroup(title: string): void;
  endGroup(): void;
  /** Throws where GITHUB_OUTPUT names no file that can be written. */
  setOutput(name: string, value: string): void;
  /** Rejects where GITHUB_STEP_SUMMARY names no file that can be written. */
  appendSummary(markdown: string): Promise<void>;
}

/** By name: `core[level]` would count as a use of everything in the package, its OpenID client and undici too. */
const annotations = { notice: core.notice, warning: core.warning, error: core.error };

/** The runner that started this process, by its variables, standard output and command files. */
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
