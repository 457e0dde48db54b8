import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { startServer } from '../server.ts';

// An editor runs for days: the heap is collected when it has grown by some of its size, not by several times of it.
setFlagsFromString('--heap-growing-percent=50');
// V8's last tier costs memory and a fifth of the CPU time, and the tier before it (V8 13: Node 24, VS Code 1.105) is as quick here.
if (Number.parseInt(process.versions.v8) >= 13) setFlagsFromString('--no-turbofan');

// The schemas lie beside the program.
startServer(createConnection(ProposedFeatures.all), { readSchema: (path) => readFile(join(__dirname, 'schemas', path), 'utf8') });
