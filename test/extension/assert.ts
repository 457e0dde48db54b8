/** The few assertions of the suites inside VS Code; Node's own are absent in the browser's extension host. */

export function ok(value: unknown, message = 'expected a true value'): asserts value {
  if (value === undefined || value === null || value === false || value === '' || value === 0) throw new Error(`${message}: it is ${String(value)}`);
}

/** Equal as JSON, so that objects and arrays are compared by content. */
export function equal(actual: unknown, expected: unknown, message = 'not equal'): void {
  const [left, right] = [JSON.stringify(actual, undefined, 2), JSON.stringify(expected, undefined, 2)];
  if (left !== right) throw new Error(`${message}\nactual:   ${left}\nexpected: ${right}`);
}
