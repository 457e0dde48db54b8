import { readFile } from 'node:fs/promises';
import { Uri } from 'vscode';
import type { ShippedReader } from '../../../stack/builtin/builtin.ts';

/** Reads the manifests and schemas that are shipped with the extension. */
export const shippedReader = (extensionUri: Uri): ShippedReader => (path) => readFile(Uri.joinPath(extensionUri, 'dist', path).fsPath, 'utf8');
