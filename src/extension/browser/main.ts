import { type ExtensionContext, Uri } from 'vscode';
import { LanguageClient } from 'vscode-languageclient/browser';
import { activateExtension } from '../activate.ts';

export function activate(context: ExtensionContext): void {
  activateExtension(context, {
    createClient(options) {
      const worker = new Worker(Uri.joinPath(context.extensionUri, 'dist', 'web', 'server.js').toString(true));
      // Not a function that returns it: the client then asks `instanceof Worker`, and VS Code has put a Worker of its own there.
      return Promise.resolve(new LanguageClient('kubeprom', 'Kubeprom', worker, options));
    },
  });
}
