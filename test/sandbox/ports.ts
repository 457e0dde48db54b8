/**
 * The ports of the sandboxes that tests start. KUBEPROM_TEST_PORTS names the first of them, so that the tests of several
 * clones can run beside each other; it must leave six.
 */
export const firstTestPort = Number(process.env['KUBEPROM_TEST_PORTS'] ?? 17443);

export const testPorts = {
  /** What test suites share, each in namespaces of its own. */
  shared: firstTestPort,
  /** Filled with thousands of objects, for benchmarks. */
  bench: firstTestPort + 1,
  /** To break things in: of test/cluster, then of test/sandbox/minimal.test.ts, which takes it down. */
  broken: firstTestPort + 2,
  /** Started and killed over and over. */
  life: firstTestPort + 3,
  /** Never started: a machine that lacks something refuses to. */
  refused: firstTestPort + 4,
  /** A cluster without a stack, to deploy one. */
  empty: firstTestPort + 5,
} as const;
