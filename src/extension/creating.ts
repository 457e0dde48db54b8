import { commands as vscodeCommands, type QuickPickItem, window } from 'vscode';
import { createAlertRouteCommand, type CreateParams, createRequest, type CreationOffer, type CreationsParams, creationsRequest, type Place, type PositionParams } from '../server/protocol.ts';
import { DisposableStore } from './disposables.ts';
import type { LanguageServer } from './languageServer.ts';
import { commands } from './names.ts';
import { showPlace } from './showPlace.ts';

const kinds: Readonly<Record<string, CreationsParams['kind']>> = {
  [commands.createServiceMonitor]: 'ServiceMonitor',
  [commands.createPodMonitor]: 'PodMonitor',
  [commands.createPrometheusRule]: 'PrometheusRule',
  [createAlertRouteCommand]: 'route',
};

const nothing: Readonly<Record<CreationsParams['kind'], string>> = {
  ServiceMonitor: 'There is no Service to monitor: each of the workspace\'s has a monitor, has no port, stands in a template, or no Prometheus of the workspace could select a monitor for it.',
  PodMonitor: 'There is no Deployment, StatefulSet or DaemonSet to monitor: each of the workspace\'s has a PodMonitor, declares no port, stands in a template, or no Prometheus of the workspace could select a monitor for it.',
  PrometheusRule: 'There is nothing to write rules for: no Service, workload or monitor of the workspace is scraped, or no Prometheus of the workspace could select the rules.',
  route: 'There is no alert at the cursor that a route could be added for. Put the cursor into an alerting rule; an Alertmanager of the workspace has to select AlertmanagerConfigs of its namespace.',
};

/** The commands "Create ServiceMonitor", "Create PodMonitor", "Create PrometheusRule" and "Add Route for Alert". */
export class CreateCommands extends DisposableStore {
  readonly #server: LanguageServer;

  constructor(server: LanguageServer) {
    super();
    this.#server = server;
    for (const [command, kind] of Object.entries(kinds)) {
      this.add(vscodeCommands.registerCommand(command, (argument?: unknown) => this.#create(kind, positionIn(argument) ?? cursor())));
    }
  }

  async #create(kind: CreationsParams['kind'], at: PositionParams | undefined): Promise<void> {
    const params: CreationsParams = { kind, ...(at === undefined ? {} : { at }) };
    const offers = await this.#server.request<CreationOffer[]>(creationsRequest, params);
    if (offers === undefined) return;
    if (offers.length === 0) {
      void window.showInformationMessage(nothing[kind]);
      return;
    }
    const offer = await chosenOffer(offers);
    const place = offer === undefined ? undefined : await chosenPlace(offer);
    if (offer === undefined || place === undefined) return;
    const shown = await this.#server.request<Place | null>(createRequest, { offer, place } satisfies CreateParams);
    if (shown === null) void window.showWarningMessage('The file has changed meanwhile, so that nothing was created. Try it again.');
    else if (shown !== undefined) await showPlace(shown);
  }
}

async function chosenOffer(offers: readonly CreationOffer[]): Promise<CreationOffer | undefined> {
  const [only] = offers;
  if (offers.length === 1) return only;
  const items = offers.map((offer): QuickPickItem & { offer: CreationOffer } => ({ label: offer.title.replace(/^Create \w+ for this \w+/, offer.source), description: offer.kind === 'route' ? '' : offer.title, offer }));
  return (await window.showQuickPick(items, { title: offers.every(({ kind }) => kind === 'route') ? 'Where should the alert go?' : 'For what?' }))?.offer;
}

async function chosenPlace({ hasPlace, source }: CreationOffer): Promise<CreateParams['place'] | undefined> {
  if (!hasPlace) return 'file';
  const items = [
    { label: 'In this file', description: `behind ${source}`, place: 'file' as const },
    { label: 'In a new file', description: `beside that of ${source}`, place: 'newFile' as const },
  ];
  return (await window.showQuickPick(items, { title: 'Where should it stand?' }))?.place;
}

function cursor(): PositionParams | undefined {
  const editor = window.activeTextEditor;
  if (editor === undefined) return undefined;
  const { line, character } = editor.selection.active;
  return { uri: editor.document.uri.toString(), position: { line, character } };
}

/** The place that a code action names; anybody may call a command with anything. */
function positionIn(argument: unknown): PositionParams | undefined {
  if (typeof argument !== 'object' || argument === null || !('at' in argument)) return undefined;
  const { at } = argument;
  if (typeof at !== 'object' || at === null || !('uri' in at) || typeof at.uri !== 'string' || !('position' in at)) return undefined;
  const { position } = at;
  if (typeof position !== 'object' || position === null || !('line' in position) || !('character' in position)) return undefined;
  const { line, character } = position;
  return typeof line === 'number' && typeof character === 'number' ? { uri: at.uri, position: { line, character } } : undefined;
}
