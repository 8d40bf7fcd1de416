import type { JsonObject } from '../json/json.ts';
import { type Contract, camelCase, type OutputName } from './contract.ts';

export type Status = 'success' | 'failure' | 'cancelled' | 'skipped';

/** The image that is delivered. */
export interface Subject {
  readonly image: string;
  readonly digest: string;
}

/** The value of an output; objects and lists are written as one line of JSON. */
export type OutputValue = string | number | boolean | JsonObject | readonly unknown[];

/**
 * Collects the outputs, the job summary and the data of the delivery record while the action runs. They are written at the end even if
 * the action fails, so a failed step still reports what it did.
 */
export class ActionReport<C extends Contract = Contract> {
  readonly #outputs = new Map<string, string>();
  readonly #sections: string[] = [];
  #details: JsonObject = {};
  #subject: Subject | undefined;
  #environment: string | undefined;
  #skipped = false;

  /** Sets outputs. A later call overrides an earlier one. */
  set(values: { readonly [Name in OutputName<C>]?: OutputValue | undefined }): void;
  set(values: Readonly<Record<string, OutputValue | undefined>>): void {
    for (const [name, value] of Object.entries(values)) {
      if (value !== undefined)
        this.#outputs.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
    }
  }

  /** Adds a section to the job summary, as Markdown. */
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

  /** Sets the status `skipped`: the action had nothing to do. */
  skip(): void {
    this.#skipped = true;
  }

  /** Everything that was collected. An output of the contract that was never set is empty. */
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
