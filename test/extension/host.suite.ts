import * as vscode from 'vscode';
import { equal } from './assert.ts';

suite('the host', () => {
  test('is the VS Code that the run is named after', () => {
    equal(vscode.version, vscode.workspace.getConfiguration('kubepromTests').get('version'));
  });

  test('has the sample workspace open', () => {
    equal(vscode.workspace.workspaceFolders?.length, 1);
  });
});
