// Preloaded into a measured process: leaves its peak memory (kB, resident) in the file that BENCH_PEAK names.
import { writeFileSync } from 'node:fs';

const { BENCH_PEAK: file } = process.env;
if (file) process.on('exit', () => writeFileSync(file, String(process.resourceUsage().maxRSS)));
