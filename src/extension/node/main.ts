import type { ExtensionContext } from 'vscode';
import { activateExtension } from '../activate.ts';

export function activate(context: ExtensionContext): void {
  activateExtension(context, {
    async createClient(options) {
      const { LanguageClient, TransportKind } = await import('vscode-languageclient/node');
      const module = context.asAbsolutePath('dist/server.cjs');
      return new LanguageClient('kubeprom', 'Kubeprom', { run: { module, transport: TransportKind.ipc }, debug: { module, transport: TransportKind.ipc } }, options);
    },
  });
}
