import { isObject } from '../../src/json/json.ts';
import { expectWithNote, invariant } from '../jest-support.ts';

/** The status of the job, which success(), failure() and cancelled() check. */
export type JobStatus = 'success' | 'failure' | 'cancelled';

export interface Scope {
  /** github, inputs, secrets, needs, steps, … */
  readonly contexts: Readonly<Record<string, unknown>>;
  readonly status: JobStatus;
}

/** The result of the filter `.*`: a lookup applies to each of its items. */
class Filtered {
  readonly items: readonly unknown[];

  constructor(items: readonly unknown[]) {
    this.items = items;
  }
}

const TOKEN = /\s*('(?:[^']|'')*'|-?\d+(?:\.\d+)?|==|!=|&&|\|\||[!().,*[\]]|[A-Za-z_][\w-]*)/y;

/** Evaluates an expression by GitHub's rules (GitHub docs, "Evaluate expressions in workflows and actions"). */
export function evaluate(expression: string, scope: Scope): unknown {
  return new Evaluation(tokensOf(expression), scope).result();
}

/** Replaces the expressions in a text by their values. */
export function interpolate(text: string, scope: Scope): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => textOf(evaluate(expression, scope)));
}

/** Whether a step or job with this `if` runs. Without a status function, it only runs if everything succeeded before. */
export function isMet(condition: string | undefined, scope: Scope): boolean {
  const expression = (condition ?? 'success()').trim().replace(/^\$\{\{(.*)\}\}$/s, '$1');
  const hasStatusFunction = /\b(success|failure|cancelled|always)\s*\(/.test(expression);
  return (hasStatusFunction || scope.status === 'success') && isTrue(evaluate(expression, scope));
}

function tokensOf(expression: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let end = 0; end < expression.trimEnd().length; end = TOKEN.lastIndex) {
    const token = TOKEN.exec(expression)?.[1];
    invariant(token !== undefined, `not an expression: ${expression.slice(end)}`);
    tokens.push(token);
  }
  return tokens;
}

class Evaluation {
  readonly #tokens: string[];
  readonly #scope: Scope;

  constructor(tokens: string[], scope: Scope) {
    this.#tokens = tokens;
    this.#scope = scope;
  }

  result(): unknown {
    const value = this.#or();
    expectWithNote(this.#tokens, 'the expression should end here').toStrictEqual([]);
    return value instanceof Filtered ? value.items : value;
  }

  #or(): unknown {
    let value = this.#and();
    while (this.#takes('||')) {
      const other = this.#and();
      value = isTrue(value) ? value : other;
    }
    return value;
  }

  #and(): unknown {
    let value = this.#comparison();
    while (this.#takes('&&')) {
      const other = this.#comparison();
      value = isTrue(value) ? other : value;
    }
    return value;
  }

  #comparison(): unknown {
    const value = this.#negation();
    if (this.#takes('==')) return isEqual(value, this.#negation());
    if (this.#takes('!=')) return !isEqual(value, this.#negation());
    return value;
  }

  #negation(): unknown {
    return this.#takes('!') ? !isTrue(this.#negation()) : this.#lookups();
  }

  #lookups(): unknown {
    let value = this.#primary();
    for (;;) {
      if (this.#takes('.')) value = this.#takes('*') ? new Filtered(itemsOf(value)) : lookUp(value, this.#next());
      else if (this.#takes('[')) {
        value = lookUp(value, textOf(this.#or()));
        this.#invariant(']');
      } else return value;
    }
  }

  #primary(): unknown {
    const token = this.#next();
    if (token === '(') {
      const value = this.#or();
      this.#invariant(')');
      return value;
    }
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
    if (/^-?\d/.test(token)) return Number(token);
    if (this.#takes('(')) return this.#call(token);
    if (token === 'true' || token === 'false') return token === 'true';
    if (token === 'null') return null;
    expectWithNote(token in this.#scope.contexts, `there is no context ${token} here`).toBeTruthy();
    return this.#scope.contexts[token];
  }

  #call(name: string): unknown {
    const values: unknown[] = [];
    while (!this.#takes(')')) {
      const value = this.#or();
      values.push(value instanceof Filtered ? value.items : value);
      this.#takes(',');
    }
    const [first, second] = values;
    switch (name) {
      case 'always':
        return true;
      case 'success':
      case 'failure':
      case 'cancelled':
        return this.#scope.status === name;
      case 'startsWith':
        return textOf(first).toLowerCase().startsWith(textOf(second).toLowerCase());
      case 'toJSON':
        return JSON.stringify(first, null, 2);
      case 'fromJSON':
        return JSON.parse(textOf(first));
    }
    throw new Error(`the workflows of the tests have no function ${name}`);
  }

  #next(): string {
    const token = this.#tokens.shift();
    invariant(token !== undefined, 'the expression ends too early');
    return token;
  }

  #takes(token: string): boolean {
    if (this.#tokens[0] !== token) return false;
    this.#tokens.shift();
    return true;
  }

  #invariant(token: string): void {
    expectWithNote(this.#takes(token), `${token} is missing before ${this.#tokens[0] ?? 'the end'}`).toBeTruthy();
  }
}

function itemsOf(value: unknown): readonly unknown[] {
  if (value instanceof Filtered) return value.items.flatMap(itemsOf);
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}

function lookUp(value: unknown, key: string): unknown {
  if (value instanceof Filtered)
    return new Filtered(value.items.map((item) => lookUp(item, key)).filter((item) => item !== undefined));
  if (!isObject(value)) return undefined;
  const name = Object.keys(value).find((one) => one.toLowerCase() === key.toLowerCase());
  return name === undefined ? undefined : value[name];
}

function isTrue(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== 0 && value !== '';
}

/** Texts are compared without regard to case; values of different types as numbers. */
function isEqual(a: unknown, b: unknown): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a.toLowerCase() === b.toLowerCase();
  if (typeof a === typeof b) return a === b;
  return numberOf(a) === numberOf(b);
}

function numberOf(value: unknown): number {
  return value === undefined || value === null || typeof value === 'object' ? 0 : Number(value);
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? 'Object' : String(value);
}
