// Preloaded into a measured process: writes its peak resident memory in kB to the file BENCH_PEAK.
import { writeFileSync } from 'node:fs';

const { BENCH_PEAK: file } = process.env;
if (file) process.on('exit', () => writeFileSync(file, String(process.resourceUsage().maxRSS)));
