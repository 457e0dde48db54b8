import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Completion } from '../../../src/language/completion/offer.ts';
import type { MetricFacts } from '../../../src/language/completion/knowledge.ts';
import { LanguageService } from '../../../src/language/languageService.ts';
import { SchemaStore } from '../../../src/language/schemas/schemaStore.ts';
import { defaultSettings, type Target } from '../../../src/language/settings/settings.ts';
import { Workspace } from '../../../src/language/workspace/workspace.ts';
import { schemasFolder } from '../schemas/store.ts';

/** A service over the committed schemas. */
export const service = new LanguageService(await SchemaStore.open((path) => readFile(join(schemasFolder, path), 'utf8')));

/** A file with its cursor taken out of the text. */
export interface Marked {
  readonly text: string;
  readonly offset: number;
}

/** Takes the `|` before a line's end, or `‸` anywhere, out of a text: the cursor. */
export function marked(text: string): Marked {
  const caret = text.indexOf('‸');
  const offset = caret >= 0 ? caret : text.search(/\|$/m);
  if (offset < 0) throw new Error('there is no cursor in the text');
  return { text: text.slice(0, offset) + text.slice(offset + 1), offset };
}

/** What a test's workspace holds beside the file. */
export interface Around {
  readonly files?: readonly string[];
  readonly target?: Target;
  readonly facts?: MetricFacts;
}

/** Completes at the cursor of a file. */
export async function completeFile(source: string, { files = [], target = {}, facts }: Around = {}): Promise<Completion & Marked> {
  const { text, offset } = marked(source);
  const workspace = new Workspace();
  for (const [index, other] of files.entries()) workspace.set(`file:///other${index}.yaml`, other);
  const file = workspace.set('file:///test.yaml', text);
  const settings = { ...defaultSettings, target };
  await service.load(file, workspace, target);
  return { text, offset, ...(await service.complete(file, offset, workspace, settings, facts)) };
}

/** A PrometheusRule around the lines of one group's rules. */
export function inRules(rules: string): string {
  return `apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: example\nspec:\n  groups:\n    - name: example\n      rules:\n${rules}`;
}

/** What is offered, by label. */
export function labels({ offers }: Completion): string[] {
  return offers.map(({ label }) => label);
}
