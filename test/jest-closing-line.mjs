import { SummaryReporter } from '@jest/reporters';

/** jest's summary, followed by the line `N passed, N failed`. Skipped and todo tests count as failed, because every test must run. */
export default class ClosingLine extends SummaryReporter {
  #notRun = 0;

  onRunComplete(contexts, results) {
    super.onRunComplete(contexts, results);
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = results;
    this.#notRun = numPendingTests + numTodoTests;
    const brokenFiles = testResults.filter(({ testExecError }) => testExecError !== undefined).length;
    const failed = numFailedTests + this.#notRun + brokenFiles;
    process.stdout.write(`\n${numPassedTests} passed, ${failed} failed\n`);
  }

  /** An error of a reporter makes jest exit with 1. */
  getLastError() {
    return this.#notRun > 0 ? new Error(`${this.#notRun} tests were skipped`) : undefined;
  }
}
