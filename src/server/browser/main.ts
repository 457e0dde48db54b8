import { BrowserMessageReader, BrowserMessageWriter, createConnection } from 'vscode-languageserver/browser';
import { readSchemaRequest } from '../protocol.ts';
import { startServer } from '../server.ts';

const connection = createConnection(new BrowserMessageReader(self as DedicatedWorkerGlobalScope), new BrowserMessageWriter(self as DedicatedWorkerGlobalScope));
const initialized = new Promise<void>((resolve) => { connection.onInitialized(() => { resolve(); }); });
startServer(connection, {
  // A worker has no file system: the client reads for it, and may be asked once the handshake is done.
  async readSchema(path) {
    await initialized;
    return connection.sendRequest<string>(readSchemaRequest, path);
  },
});
