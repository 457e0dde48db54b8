/** What one test came to, whichever runner ran it. */
export interface TestResult {
  /** Titles from the outermost suite to the test. */
  readonly titles: readonly string[];
  readonly state: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped, or what it said when it failed (message and stack). */
  readonly detail?: string;
  /** Milliseconds. */
  readonly duration?: number;
}

/** Starts a line in which a suite inside VS Code reports one test, as JSON of {@link TestResult}. */
export const resultMark = 'KUBEPROM-TEST ';
