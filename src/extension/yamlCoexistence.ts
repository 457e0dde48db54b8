import { type Disposable, extensions, type LogOutputChannel, workspace } from 'vscode';
import { settingsFileName } from '../language/settings/settingsFile.ts';

/** The YAML extension that many people have. It reports syntax in every YAML file. */
const yamlExtension = 'redhat.vscode-yaml';

/** The part of its API that is used. */
interface YamlExtensionApi {
  registerContributor(name: string, requestSchema: (resource: string) => string | undefined, requestContent: (uri: string) => string, label?: string): boolean;
}

/** Under this name the extension asks us for schemas. */
const scheme = 'kubeprom';
/** A schema that everything fits: what we say ourselves is said once. */
const anything = `${scheme}://schema/anything`;

/** Whether another extension reports YAML syntax in the same files, so that we leave it to that one. */
export function hasYamlExtension(): boolean {
  return extensions.getExtension(yamlExtension) !== undefined;
}

/**
 * Keeps the YAML extension's schemas from files that hold objects of ours alone: it would check them a
 * second time, by a schema that a user's settings give to every manifest. A mixed file keeps its own.
 */
export class YamlCoexistence implements Disposable {
  readonly #log: LogOutputChannel;
  readonly #change: Disposable;
  #registered = false;

  constructor(log: LogOutputChannel) {
    this.#log = log;
    this.#change = extensions.onDidChange(() => { void this.register(); });
  }

  /** Registers with the extension, once, when it is there. */
  async register(): Promise<void> {
    const extension = extensions.getExtension<unknown>(yamlExtension);
    if (extension === undefined || this.#registered) return;
    this.#registered = true;
    try {
      const api = await extension.activate();
      if (isYamlExtensionApi(api)) api.registerContributor(scheme, (resource) => (isOursAlone(resource) ? anything : undefined), () => '{}', 'Kubeprom');
      else this.#log.warn(`${yamlExtension} has another interface than expected; its own schemas may repeat findings.`);
    } catch (error) {
      this.#log.warn(`${yamlExtension} could not be asked to leave monitoring files to us: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  dispose(): void {
    this.#change.dispose();
  }
}

function isYamlExtensionApi(value: unknown): value is YamlExtensionApi {
  return typeof value === 'object' && value !== null && 'registerContributor' in value && typeof value.registerContributor === 'function';
}

/** Whether every document of an open file says that it is ours; our own settings are. */
function isOursAlone(resource: string): boolean {
  if (resource.endsWith(`/${settingsFileName}`)) return true;
  const document = workspace.textDocuments.find(({ uri }) => uri.toString() === resource);
  const parts = (document?.getText() ?? '').split(/^---(?=\s|$).*$/m).filter((part) => /^[ \t]*[^#\s]/m.test(part));
  return parts.length > 0 && parts.every((part) => /^apiVersion:[ \t]*['"]?monitoring\.coreos\.com\//m.test(part));
}
