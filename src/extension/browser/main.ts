import { type ExtensionContext, Uri } from 'vscode';
import { LanguageClient } from 'vscode-languageclient/browser';
import { activateExtension } from '../activate.ts';

export function activate(context: ExtensionContext): void {
  activateExtension(context, {
    createClient(options) {
      const worker = new Worker(Uri.joinPath(context.extensionUri, 'dist', 'web', 'server.js').toString(true));
      return Promise.resolve(new LanguageClient('kubeprom', 'Kubeprom', () => Promise.resolve(worker), options));
    },
  });
}
