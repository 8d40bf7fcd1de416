import { main } from '../../entry/main.ts';
import { contract } from './contract.ts';
import { run } from './run.ts';

await main(contract, run);
