import type { QueryServer } from '../clusters/connection.ts';

/** The server that is asked where nobody has chosen one: a Prometheus before others. */
export function usualServer(servers: readonly QueryServer[]): QueryServer | undefined {
  return servers.find(({ name }) => name.startsWith('Prometheus')) ?? servers[0];
}
