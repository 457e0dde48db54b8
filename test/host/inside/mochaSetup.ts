/** Defines `suite` and `test` before the suites are loaded. Mocha's browser build runs in both extension hosts. */
import 'mocha/mocha.js';
import { resultMark, type TestResult } from '../results.ts';

/** One finished line for each test: the host's console does not format, and keeps no order between lines and objects. */
class LineReporter extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.on('pass', (test) => { report(test, 'passed'); });
    runner.on('pending', (test) => { report(test, 'skipped', 'skipped by the test itself'); });
    // A failing hook comes here too, under its own title.
    runner.on('fail', (test, error: Error) => { report(test, 'failed', error.stack ?? error.message); });
  }
}

function report(test: Mocha.Test, state: TestResult['state'], detail?: string): void {
  const result: TestResult = {
    titles: test.titlePath(),
    state,
    ...(detail === undefined ? {} : { detail }),
    ...(test.duration === undefined ? {} : { duration: test.duration }),
  };
  console.log(resultMark + JSON.stringify(result));
}

// Not the build's own `mocha`, whose run() reads the address of a page.
const instance = new Mocha({ ui: 'tdd', reporter: LineReporter, timeout: 60_000 });
instance.suite.emit('pre-require', globalThis, '', instance);

/** Runs the suites that are loaded; rejects when a test fails. Titles must match `filter` (a regular expression) unless it is empty. */
export function runMocha(filter: string): Promise<void> {
  if (filter !== '') instance.grep(new RegExp(filter));
  return new Promise((resolve, reject) => {
    instance.run((failures) => {
      if (failures === 0) resolve();
      else reject(new Error(`${String(failures)} failed`));
    });
  });
}
