// The import zones of docs/architecture.md: what each room of src/ may import of ours.
const rooms = ['language', 'model', 'diagnosis', 'dashboards', 'cluster', 'monitoring', 'stack', 'helm', 'grafana', 'server', 'extension', 'webviews', 'cli'];

/** @type {Record<string, string[]>} */
const allowed = {
  language: [],
  model: ['language'],
  dashboards: ['language/promql', 'language/yaml'],
  diagnosis: ['language', 'model'],
  cluster: [],
  monitoring: ['model', 'language'],
  'monitoring/discovery': ['cluster', 'model', 'language'],
  helm: ['cluster/loginShell.ts'],
  stack: ['cluster', 'monitoring', 'model', 'language'],
  grafana: ['cluster', 'dashboards'],
  server: ['language', 'model', 'diagnosis'],
  webviews: ['dashboards', 'model', 'language/promql', 'language/relabel'],
  cli: ['language', 'model', 'diagnosis', 'dashboards', 'cluster', 'monitoring', 'stack', 'helm', 'grafana'],
  extension: ['language', 'model', 'diagnosis', 'dashboards', 'monitoring', 'server/protocol.ts', 'webviews/protocol.ts', 'webviews/dashboardProtocol.ts', 'webviews/stackProtocol.ts'],
  'extension/node': ['language', 'model', 'diagnosis', 'dashboards', 'cluster', 'monitoring', 'stack', 'helm', 'grafana', 'server/protocol.ts', 'webviews/protocol.ts', 'webviews/dashboardProtocol.ts', 'webviews/stackProtocol.ts'],
};

const isPartOf = (path, room) => path === room || path.startsWith(`${room}/`);

/** Zones for import-x/no-restricted-paths: into each room, nothing of the others but what is allowed. */
export const zones = Object.entries(allowed).flatMap(([target, imports]) =>
  rooms
    .filter((room) => !isPartOf(target, room))
    .filter((room) => !imports.includes(room))
    // A narrower entry (extension/node) has its own zone; the wider one must not judge it.
    .map((room) => ({
      target: Object.keys(allowed).some((other) => other !== target && isPartOf(other, target))
        ? `./src/${target}/!(${Object.keys(allowed).filter((other) => other !== target && isPartOf(other, target)).map((other) => other.slice(target.length + 1)).join('|')})/**`
        : `./src/${target}`,
      from: `./src/${room}`,
      except: imports.filter((one) => isPartOf(one, room)).map((one) => `.${one.slice(room.length)}`),
      message: `src/${target} may not import src/${room}: see the import zones in docs/architecture.md.`,
    })),
);
