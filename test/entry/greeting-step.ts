import { once } from 'node:events';
import { defineContract, optional, required } from '../../src/core/contract.ts';
import { text } from '../../src/core/input-types.ts';
import { main } from '../../src/entry/main.ts';

/** An action that runs in its own process, and waits until its standard input ends. */
const contract = defineContract({
  name: 'greet',
  description: 'Greets people.',
  branding: { icon: 'sun', color: 'blue' },
  inputs: {
    name: required(text, { description: 'Who.', example: 'Ada' }),
    token: optional(text, { description: 'A secret.', example: 't0ken', secret: true }),
  },
  outputs: { greeting: { description: 'What was said.' } },
});

await main(contract, async ({ inputs, log, report, signal }) => {
  log.info(`waiting to greet ${inputs.name}`);
  await once(process.stdin.resume(), 'end', { signal }).finally(() => process.stdin.destroy());
  const greeting = `Hello ${inputs.name}`;
  log.info(greeting);
  report.set({ greeting });
  report.section(`### ${greeting}`);
});
