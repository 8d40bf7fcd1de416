import type { Contract, InputSpec } from '../../src/core/contract.ts';

/** The action.yml of a contract. Its strings are written as JSON, which is valid YAML for every text. */
export function actionYaml(contract: Contract): string {
  const inputs = Object.entries(contract.inputs).flatMap(([name, spec]) => inputLines(name, spec));
  const outputs = Object.entries(contract.outputs).flatMap(([name, { description }]) => [
    `  ${name}:`,
    `    description: ${quote(description)}`,
  ]);
  return [
    `# Generated from src/actions/${contract.name}/contract.ts by \`npm run generate\`.`,
    `name: ${contract.name}`,
    `description: ${quote(contract.description)}`,
    'author: gitops-actions',
    'branding:',
    `  icon: ${contract.branding.icon}`,
    `  color: ${contract.branding.color}`,
    'inputs:',
    ...inputs,
    'outputs:',
    ...outputs,
    'runs:',
    '  using: node24',
    `  main: ../../dist/${contract.name}/index.js`,
    '',
  ].join('\n');
}

function inputLines(name: string, spec: InputSpec<unknown>): string[] {
  return [
    `  ${name}:`,
    `    description: ${quote(spec.description)}`,
    `    required: ${spec.presence === 'required'}`,
    ...(spec.default === undefined ? [] : [`    default: ${quote(spec.default)}`]),
  ];
}

function quote(text: string): string {
  return JSON.stringify(text);
}
