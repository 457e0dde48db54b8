import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { buildGrafana, buildModule, buildOwnPrograms } from './build.ts';
import { cached } from './cache.ts';
import { tar, type TarEntry } from './tar.ts';
import { modules, type OperatorVersion } from './versions.ts';

/** A container image of one static program. */
export interface ImageRecipe {
  /** The full name, as manifests write it. */
  readonly reference: string;
  /** Where the program stands in the image; it is the entry point. */
  readonly program: string;
  readonly workingFolder?: string;
  /** Folders that anyone may write to. */
  readonly folders?: readonly string[];
}

export type ImageName = 'pause' | 'coredns' | 'demo' | 'prometheus' | 'alertmanager' | 'nodeExporter' | 'rbacProxy' | 'grafana' | `operator-${OperatorVersion}` | `reloader-${OperatorVersion}`;

interface Source {
  readonly recipe: ImageRecipe;
  readonly build: () => Promise<string>;
}

const own = (reference: string, program: string): Source => ({ recipe: { reference, program }, build: buildOwnPrograms });

function operatorImages(version: OperatorVersion, module: 'operator' | 'newerOperator'): Record<`operator-${OperatorVersion}` | `reloader-${OperatorVersion}`, Source> {
  const registry = 'quay.io/prometheus-operator';
  return {
    [`operator-${version}`]: { recipe: { reference: `${registry}/prometheus-operator:v${version}`, program: '/bin/operator' }, build: () => buildModule(module) },
    [`reloader-${version}`]: { recipe: { reference: `${registry}/prometheus-config-reloader:v${version}`, program: '/bin/prometheus-config-reloader' }, build: () => buildModule(module) },
  } as Record<`operator-${OperatorVersion}` | `reloader-${OperatorVersion}`, Source>;
}

/** Every image, under the very name that the official manifests and the operator ask for, so that none of them is edited. */
const sources: Readonly<Record<ImageName, Source>> = {
  pause: own('registry.k8s.io/pause:3.10', '/pause'),
  demo: own('localhost/demo:v1', '/demo'),
  // A stand-in under the name of the program that it stands for; see programs/rbacproxy.
  rbacProxy: own('quay.io/brancz/kube-rbac-proxy:v0.22.1', '/rbacproxy'),
  // A stand-in under a name of its own; see programs/grafana.
  grafana: { recipe: { reference: 'localhost/grafana:v1', program: '/grafana' }, build: buildGrafana },
  coredns: { recipe: { reference: `registry.k8s.io/coredns/coredns:${modules.coredns.version}`, program: '/coredns' }, build: () => buildModule('coredns') },
  prometheus: {
    recipe: { reference: 'quay.io/prometheus/prometheus:v3.13.2', program: '/bin/prometheus', workingFolder: '/prometheus', folders: ['prometheus', 'etc/prometheus'] },
    build: () => buildModule('prometheus'),
  },
  alertmanager: {
    recipe: { reference: `quay.io/prometheus/alertmanager:${modules.alertmanager.version}`, program: '/bin/alertmanager', workingFolder: '/alertmanager', folders: ['alertmanager', 'etc/alertmanager'] },
    build: () => buildModule('alertmanager'),
  },
  nodeExporter: { recipe: { reference: `quay.io/prometheus/node-exporter:${modules.nodeExporter.version}`, program: '/bin/node_exporter' }, build: () => buildModule('nodeExporter') },
  ...operatorImages('0.93.1', 'operator'),
  ...operatorImages('0.94.1', 'newerOperator'),
};

export const imageNames = Object.keys(sources) as readonly ImageName[];

/** The full name of an image, as manifests write it. */
export function imageReference(name: ImageName): string {
  return sources[name].recipe.reference;
}

/** The path of an image's archive, which `ctr images import` takes; made when the cache does not have it. */
export async function image(name: ImageName): Promise<string> {
  const { recipe, build } = sources[name];
  const programs = await build();
  const program = join(programs, basename(recipe.program));
  // The programs' folder is named after its recipe, so its path stands for their content.
  const folder = await cached(`images/${name}`, { recipe, programs: basename(programs), format: 1 }, async (unfinished) => {
    await writeFile(join(unfinished, 'image.tar'), imageArchive(recipe, await readFile(program)));
  });
  return join(folder, 'image.tar');
}

/** An OCI image layout in one archive: one layer, written without a daemon and without a network. */
export function imageArchive(recipe: ImageRecipe, program: Uint8Array): Buffer {
  const blobs = new Map<string, Uint8Array>();
  const blob = (content: Uint8Array) => {
    const hash = createHash('sha256').update(content).digest('hex');
    blobs.set(hash, content);
    return { digest: `sha256:${hash}`, size: content.length };
  };
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));
  const layer = blob(tar(layerEntries(recipe, program)));
  const configuration = blob(json({
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64', os: 'linux', created: '2026-01-01T00:00:00Z',
    config: { User: '65534:65534', Entrypoint: [recipe.program], WorkingDir: recipe.workingFolder ?? '/', Env: ['PATH=/bin'] },
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  }));
  const manifest = blob(json({
    schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...configuration },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', ...layer }],
  }));
  const index = {
    schemaVersion: 2,
    manifests: [{ mediaType: 'application/vnd.oci.image.manifest.v1+json', ...manifest, annotations: { 'io.containerd.image.name': recipe.reference } }],
  };
  return tar([
    { path: 'oci-layout', mode: 0o644, content: json({ imageLayoutVersion: '1.0.0' }) },
    { path: 'index.json', mode: 0o644, content: json(index) },
    ...[...blobs].map(([hash, content]) => ({ path: `blobs/sha256/${hash}`, mode: 0o644, content })),
  ]);
}

function layerEntries(recipe: ImageRecipe, program: Uint8Array): TarEntry[] {
  const text = (path: string, content: string): TarEntry => ({ path, mode: 0o644, content: Buffer.from(content) });
  const programPath = recipe.program.slice(1);
  const parents = new Set(['etc', ...[programPath, ...(recipe.folders ?? [])].map((path) => dirname(path)).filter((path) => path !== '.')]);
  return [
    { path: 'tmp', mode: 0o1777 },
    ...[...parents].map((path) => ({ path, mode: 0o755 })),
    ...(recipe.folders ?? []).map((path) => ({ path, mode: 0o777, owner: 65534 })),
    text('etc/passwd', 'root:x:0:0:root:/:/sbin/nologin\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n'),
    text('etc/group', 'root:x:0:\nnobody:x:65534:\n'),
    text('etc/nsswitch.conf', 'hosts: files dns\n'),
    { path: programPath, mode: 0o755, content: program },
  ];
}
