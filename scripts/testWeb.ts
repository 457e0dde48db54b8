/** `npm run test:web`: the suites in VS Code for the Web, downloaded by @vscode/test-web where that is possible. */
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTests } from '@vscode/test-web';
import { removeFolder, temporaryFolder } from '../test/host/processes.ts';
import { suiteWorkspace } from '../test/host/suiteWorkspace.ts';
import { webManifest } from '../test/host/webExtension.ts';
import { projectFolder } from '../test/host/workbench.ts';
import { buildAll } from './build.ts';

await buildAll();
const workspace = suiteWorkspace({ host: 'web' });
const extension = temporaryFolder('web-extension');
writeFileSync(join(extension, 'package.json'), webManifest());
symlinkSync(join(projectFolder, 'dist'), join(extension, 'dist'));
try {
  await runTests({
    browserType: 'chromium',
    quality: 'stable',
    extensionDevelopmentPath: extension,
    extensionTestsPath: join(extension, 'dist', 'test', 'web', 'suites.js'),
    folderPath: workspace,
    testRunnerDataDir: join(projectFolder, 'node_modules', '.cache', 'vscode-test-web'),
  });
} catch (error) {
  console.error(`VS Code for the Web did not run the suites (${error instanceof Error ? error.message : String(error)}). It and playwright's Chromium ("npx playwright install chromium") must be there to download; "npm test" runs the same suites in a VS Code from npm.`);
  process.exitCode = 1;
} finally {
  removeFolder(workspace);
  removeFolder(extension);
}
