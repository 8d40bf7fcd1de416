import type { Contract, InputSpec } from '../../src/core/contract.ts';
import { table } from '../../src/core/markdown.ts';

/**
 * The README of an action with its tables brought up to date between the markers; what people wrote around them stays.
 * @param tables further tables, by the name of their markers.
 */
export function readmeWithTables(
  written: string | undefined,
  contract: Contract,
  tables: Readonly<Record<string, string>> = {},
): string {
  const start =
    written ??
    `# ${contract.name}\n\n${contract.description}\n\n## Inputs\n\n${marker('inputs')}\n\n## Outputs\n\n${marker('outputs')}\n`;
  const all = { inputs: inputTable(contract), outputs: outputTable(contract), ...tables };
  return Object.entries(all).reduce((readme, [name, content]) => between(readme, name, content), start);
}

function marker(name: string): string {
  return `<!-- generated: ${name} -->\n<!-- end: ${name} -->`;
}

function between(readme: string, name: string, content: string): string {
  const [open, close] = marker(name).split('\n');
  const from = readme.indexOf(`${open}`);
  const to = readme.indexOf(`${close}`);
  if (from < 0 || to < from) throw new Error(`The README has no markers for "${name}":\n${marker(name)}`);
  return `${readme.slice(0, from)}${open}\n${content}\n${readme.slice(to)}`;
}

function inputTable({ inputs }: Contract): string {
  const rows = Object.entries(inputs).map(([name, spec]) => [
    `\`${name}\``,
    cell(spec.type.expects),
    defaultOf(spec),
    `${cell(spec.description)} Example: ${code(spec.example)}`,
  ]);
  return table(['Input', 'Type', 'Default', 'Description'], rows);
}

function defaultOf({ presence, default: value }: InputSpec<unknown>): string {
  if (presence === 'required') return '**required**';
  return value === undefined ? '' : code(value);
}

function outputTable({ outputs }: Contract): string {
  return table(
    ['Output', 'Description'],
    Object.entries(outputs).map(([name, { description }]) => [`\`${name}\``, cell(description)]),
  );
}

function code(text: string): string {
  return `\`${text.replace(/\r?\n/g, ' ⏎ ').replaceAll('|', '\\|')}\``;
}

function cell(text: string): string {
  return text.replace(/\s*\r?\n\s*/g, ' ').replaceAll('|', '\\|');
}
