/** Stands for the extension of this id: npm's yaml-language-server, with the part of the interface that others use. */
import { type ExtensionContext, workspace } from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';

/** The server's program, from whoever starts VS Code. */
const serverVariable = 'KUBEPROM_TEST_YAML_SERVER';

interface Contributor {
  readonly requestSchema: (resource: string) => string | undefined;
  readonly requestContent: (uri: string) => string | Promise<string>;
}

export async function activate(context: ExtensionContext): Promise<object> {
  const contributors = new Map<string, Contributor>();
  const module = process.env[serverVariable] ?? '';
  const client = new LanguageClient('yaml', 'YAML', { module, transport: TransportKind.ipc }, { documentSelector: [{ language: 'yaml' }] });
  client.onRequest('custom/schema/request', (resource: string) => [...contributors.values()].flatMap(({ requestSchema }) => requestSchema(resource) ?? []));
  client.onRequest('custom/schema/content', (uri: string) => contributors.get(uri.split(':', 1)[0] ?? '')?.requestContent(uri) ?? '{}');
  context.subscriptions.push(client);
  await client.start();
  const configure = (): Promise<void> => client.sendNotification('workspace/didChangeConfiguration', { settings: { yaml: workspace.getConfiguration('yaml') } });
  await configure();
  await client.sendNotification('yaml/registerCustomSchemaRequest');
  return {
    registerContributor(name: string, requestSchema: Contributor['requestSchema'], requestContent: Contributor['requestContent']): boolean {
      if (contributors.has(name)) return false;
      contributors.set(name, { requestSchema, requestContent });
      // The server asks again for every document once it is told of settings.
      void configure();
      return true;
    },
  };
}
