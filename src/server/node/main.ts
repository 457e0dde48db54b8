import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { startServer } from '../server.ts';

// The schemas lie beside the program.
startServer(createConnection(ProposedFeatures.all), { readSchema: (path) => readFile(join(__dirname, 'schemas', path), 'utf8') });
