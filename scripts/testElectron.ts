/** `npm run test:electron`: the suites inside desktop VS Codes, downloaded by @vscode/test-electron where that is possible. */
import { join } from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { removeFolder, temporaryFolder } from '../test/host/processes.ts';
import { releases } from '../test/host/releases.ts';
import { suiteWorkspace } from '../test/host/suiteWorkspace.ts';
import { projectFolder } from '../test/host/workbench.ts';
import { buildAll } from './build.ts';

await buildAll();
for (const { vscode: version } of releases) {
  console.log(`▶ VS Code ${version} (desktop)`);
  const workspace = suiteWorkspace({ version, host: 'node' });
  const profile = temporaryFolder('profile');
  try {
    const vscodeExecutablePath = await downloadAndUnzipVSCode({ version, cachePath: join(projectFolder, 'node_modules', '.cache', 'vscode-test') }).catch((error: unknown) => {
      throw new Error(`VS Code ${version} could not be downloaded (${error instanceof Error ? error.message : String(error)}). "npm test" runs the same suites in a VS Code from npm.`);
    });
    await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: projectFolder,
      extensionTestsPath: join(projectFolder, 'dist', 'test', 'suites.cjs'),
      launchArgs: [workspace, '--disable-extensions', '--disable-workspace-trust', '--skip-welcome', `--user-data-dir=${profile}`],
    });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  } finally {
    removeFolder(workspace);
    removeFolder(profile);
  }
}
