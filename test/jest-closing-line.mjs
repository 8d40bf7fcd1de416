import { SummaryReporter } from '@jest/reporters';

/** jest's own summary, and below it the line `N passed, N failed`. Skipped and todo tests count as failed: every test is there to be run. */
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

  /** jest exits with 1 if a reporter has an error. */
  getLastError() {
    return this.#notRun > 0 ? new Error(`${this.#notRun} tests were skipped`) : undefined;
  }
}
