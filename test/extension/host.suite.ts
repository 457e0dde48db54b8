import * as vscode from 'vscode';
import { equal } from './assert.ts';

const settings = () => vscode.workspace.getConfiguration('kubepromTests');

suite('the host', () => {
  test('is the VS Code that the run is named after', function () {
    // A VS Code of the web is the latest one, whichever that is.
    if (settings().get('version') === undefined) this.skip();
    equal(vscode.version, settings().get('version'));
  });

  test('is the extension host that the run is named after', () => {
    const isNode = typeof process === 'object' && process.versions?.node !== undefined;
    equal(isNode ? 'node' : 'web', settings().get('host'));
  });
});
