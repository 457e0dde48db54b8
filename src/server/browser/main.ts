import { BrowserMessageReader, BrowserMessageWriter, createConnection } from 'vscode-languageserver/browser';
import { readSchemaRequest } from '../protocol.ts';
import { startServer } from '../server.ts';

const connection = createConnection(new BrowserMessageReader(self as DedicatedWorkerGlobalScope), new BrowserMessageWriter(self as DedicatedWorkerGlobalScope));
// A worker has no file system: the client reads for it.
startServer(connection, { readSchema: (path) => connection.sendRequest<string>(readSchemaRequest, path) });
