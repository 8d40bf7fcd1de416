import type { JsonObject } from '../json/json.ts';
import { type Contract, camelCase, type OutputName } from './contract.ts';

export type Status = 'success' | 'failure' | 'cancelled' | 'skipped';

/** The image digest that a delivery is about. */
export interface Subject {
  readonly image: string;
  readonly digest: string;
}

/** A text, a number, a boolean, or JSON (written as one line). */
export type OutputValue = string | number | boolean | JsonObject | readonly unknown[];

/**
 * What an action has found out so far. It is filled while the action runs and written at its end, whatever the end is,
 * so a failed step still tells what was done before it failed.
 */
export class ActionReport<C extends Contract = Contract> {
  readonly #outputs = new Map<string, string>();
  readonly #sections: string[] = [];
  #details: JsonObject = {};
  #subject: Subject | undefined;
  #environment: string | undefined;
  #skipped = false;

  /** Sets outputs; a later call overrides an earlier one. */
  set(values: { readonly [Name in OutputName<C>]?: OutputValue | undefined }): void;
  set(values: Readonly<Record<string, OutputValue | undefined>>): void {
    for (const [name, value] of Object.entries(values)) {
      if (value !== undefined)
        this.#outputs.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
    }
  }

  /** Adds a section (Markdown) to the job summary. */
  section(markdown: string): void {
    this.#sections.push(markdown);
  }

  /** Adds to the `details` of the delivery record. */
  detail(details: JsonObject): void {
    this.#details = { ...this.#details, ...details };
  }

  subject(subject: Subject): void {
    this.#subject = subject;
  }

  environment(name: string): void {
    this.#environment = name;
  }

  /** The action had nothing to do, on purpose: status `skipped`. */
  skip(): void {
    this.#skipped = true;
  }

  /** Everything gathered; each output of the contract is there, empty where it was never set. */
  collect(contract: C) {
    const outputs = Object.keys(contract.outputs).map((name): [string, string] => [
      name,
      this.#outputs.get(camelCase(name)) ?? '',
    ]);
    return {
      outputs: new Map(outputs),
      summary: this.#sections.join('\n\n'),
      details: this.#details,
      subject: this.#subject,
      environment: this.#environment,
      skipped: this.#skipped,
    };
  }
}
