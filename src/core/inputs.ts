import { closestMatch } from './closest-match.ts';
import { type Contract, camelCase, type InputSpec, type InputValues } from './contract.ts';
import { ActionError } from './error.ts';
import { findCredentials } from './find-credentials.ts';
import { InvalidInput } from './input-types.ts';
import { showInvisible } from './invisible.ts';
import type { Runner } from './runner.ts';
import type { Secrets } from './secrets.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** The runner's variable for an input: in upper case, with underscores for spaces; hyphens stay. */
function inputVariable(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}

/** Masks every secret input, and credentials found in any other input, before anything can log them. */
export async function maskSecretInputs(contract: Contract, runner: Runner, secrets: Secrets): Promise<void> {
  for (const [name, spec] of Object.entries(contract.inputs)) {
    const value = runner.input(name);
    for (const credential of findCredentials(value)) secrets.add(credential);
    if (!spec.secret || value === '') continue;
    for (const part of typeof spec.secret === 'function' ? await spec.secret(value) : [value]) secrets.add(part);
  }
}

/**
 * Parses all inputs of a contract.
 * @throws ActionError `input-unknown`, `input-missing` or `input-invalid`; its message names every wrong input, not only the first.
 */
export function readInputs<C extends Contract>(contract: C, env: Env, runner: Runner): InputValues<C>;
export function readInputs(contract: Contract, env: Env, runner: Runner): Record<string, unknown> {
  const problems = unknownInputs(contract, env);
  const values: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(contract.inputs)) {
    try {
      values[camelCase(name)] = readInput(name, spec, runner);
    } catch (thrown) {
      if (!(thrown instanceof ActionError)) throw thrown;
      problems.push(thrown);
    }
  }
  const [first, ...others] = problems;
  if (!first) return values;
  if (others.length === 0) throw first;
  throw new ActionError({
    code: first.code,
    message: problems.map(({ message }) => message).join(' '),
    remedy: problems.map(({ remedy }) => remedy).join(' '),
  });
}

function readInput<T>(name: string, spec: InputSpec<T>, runner: Runner): T | undefined {
  const given = runner.input(name).trim();
  const text = given === '' ? (spec.default ?? '') : given;
  // Outside a runner nobody evaluates a default that is an expression.
  if (text === '' || (given === '' && text.startsWith('${{'))) {
    if (spec.presence === 'optional') return spec.absent;
    throw new ActionError({
      code: 'input-missing',
      message: `Input \`${name}\` is missing.`,
      remedy: `It takes ${spec.type.expects}. Add, for example, \`${name}: ${oneLine(spec.example)}\`.`,
    });
  }
  try {
    return spec.type.parse(text);
  } catch (thrown) {
    if (!(thrown instanceof InvalidInput)) throw thrown;
    const got = spec.secret ? 'a value that is hidden because it is secret' : quoted(text);
    throw invalidInput(name, `takes ${spec.type.expects}, but got ${got}.`, [
      thrown.message,
      `Example: \`${name}: ${oneLine(spec.example)}\`.`,
    ]);
  }
}

/** The error of an input whose value is wrong, by itself or in combination with another input. */
export function invalidInput(name: string, problem: string, remedy: readonly string[], cause?: unknown): ActionError {
  return new ActionError({
    cause,
    code: 'input-invalid',
    message: `Input \`${name}\` ${problem}`,
    remedy: remedy.filter((sentence) => sentence !== '').join(' '),
  });
}

/** Finds misspelled inputs. `@actions/core` ignores them, and the runner only logs a warning. */
function unknownInputs(contract: Contract, env: Env): ActionError[] {
  const names = Object.keys(contract.inputs);
  const known = new Set(names.map(inputVariable));
  return Object.keys(env)
    .filter((variable) => variable.startsWith('INPUT_') && !known.has(variable))
    .map((variable) => {
      const typed = variable.slice('INPUT_'.length).toLowerCase();
      const near = closestMatch(typed, names);
      return new ActionError({
        code: 'input-unknown',
        message: `${contract.name} has no input \`${typed}\`.`,
        remedy: near ? `Did you mean \`${near}\`?` : `It takes ${names.map((name) => `\`${name}\``).join(', ')}.`,
      });
    });
}

/** Quotes a value and shows its invisible characters: a zero-width space is often what makes a value invalid. */
function quoted(value: string): string {
  const line = showInvisible(oneLine(value));
  return `"${line.length > 120 ? `${line.slice(0, 117)}…` : line}"`;
}

function oneLine(value: string): string {
  return value.replace(/\r?\n/g, ' ⏎ ');
}
