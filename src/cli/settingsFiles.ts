import { readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { defaultSettings, type PathSettings } from '../language/settings/settings.ts';
import { readSettings, settingsFileName, type SettingsFile } from '../language/settings/settingsFile.ts';
import { isRejection } from '../language/yaml/node.ts';
import { readYaml } from '../language/yaml/reader.ts';
import { UsageError } from './usage.ts';

/** Finds what the nearest `.kubeprom.yaml` above a path says of it. */
export class SettingsFiles {
  readonly #folders = new Map<string, Promise<{ folder: string; file: SettingsFile } | undefined>>();

  /** @throws UsageError for a settings file with a fault, since its verdicts would not be what was meant */
  async forFile(path: string): Promise<PathSettings> {
    const found = await this.#nearest(dirname(path));
    if (found === undefined) return defaultSettings;
    return found.file.forPath(relative(found.folder, path).split(sep).join('/'));
  }

  #nearest(folder: string): Promise<{ folder: string; file: SettingsFile } | undefined> {
    let found = this.#folders.get(folder);
    if (found === undefined) this.#folders.set(folder, (found = this.#read(folder)));
    return found;
  }

  async #read(folder: string): Promise<{ folder: string; file: SettingsFile } | undefined> {
    const path = join(folder, settingsFileName);
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) return dirname(folder) === folder ? undefined : this.#nearest(dirname(folder));
    const [document] = readYaml(text);
    const syntax = document?.issues.find(isRejection);
    const file = readSettings(document?.toJS() ?? null);
    const problem = syntax ?? file.problems[0];
    if (problem !== undefined) throw new UsageError(`${path}: ${'path' in problem && problem.path.length > 0 ? `${problem.path.join('.')}: ` : ''}${problem.message}`);
    return { folder, file };
  }
}
