// Installs what the end-to-end tests need: `node test/e2e/tools/install.ts [toolbox …]`. Without names it installs everything.

import { installPrograms } from './apt.ts';
import { toolboxes } from './modules.ts';
import { build } from './toolbox.ts';

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !toolboxes.some((toolbox) => toolbox.name === name));
if (unknown.length > 0) {
  console.error(`No such toolbox: ${unknown.join(', ')}. Available: ${toolboxes.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

if (wanted.length === 0) installPrograms(console.error);
for (const toolbox of toolboxes) {
  if (wanted.length === 0 || wanted.includes(toolbox.name)) console.log(`${await build(toolbox, console.error)}/bin`);
}
