/** What VS Code runs inside its extension host: these suites, in the desktop's host and in the browser's worker. */
import { runMocha } from '../host/inside/mochaSetup.ts';
import './host.suite.ts';
import './diagnostics.suite.ts';
import * as vscode from 'vscode';

/** Called by VS Code (extensionTestsPath); rejects when a test fails. */
export function run(): Promise<void> {
  return runMocha(vscode.workspace.getConfiguration('kubepromTests').get('filter', ''));
}
