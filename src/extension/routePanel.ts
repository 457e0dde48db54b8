import { commands as vscodeCommands, env, type Uri, window } from 'vscode';
import { alertAtRequest, type AlertRouteParams, alertRouteRequest, type AlertRouteResult, type FieldName, lensCommands } from '../server/protocol.ts';
import type { Labels, PanelRequest, RouteMessage } from '../webviews/protocol.ts';
import { DisposableStore } from './disposables.ts';
import type { LanguageServer } from './languageServer.ts';
import { checkedFieldName, type OpenPanel, Panels } from './panels.ts';
import { fieldAtCursor } from './relabelPanel.ts';
import { showPlace } from './showPlace.ts';

/** The command "Who Gets This Alert?" and its panels, which follow the rule and every routing object. */
export class RoutePanels extends DisposableStore {
  readonly #server: LanguageServer;
  readonly #panels: Panels;

  constructor(server: LanguageServer, extensionUri: Uri) {
    super();
    this.#server = server;
    this.#panels = this.add(new Panels({
      viewType: 'kubeprom.route',
      page: 'route',
      title: ({ object }) => (object.kind === 'AlertmanagerConfig' ? `Alerts: ${object.name}` : `Who gets this alert? ${object.name}`),
      open: (subject, post) => this.#open(subject, post),
    }, extensionUri));
    this.add(server.onFilesChanged(() => { this.#panels.refresh(); }));
    this.add(vscodeCommands.registerCommand(lensCommands.whoGetsAlert, async (argument?: unknown) => {
      const subject = checkedFieldName(argument) ?? await fieldAtCursor(server, alertAtRequest);
      if (subject === undefined) void window.showInformationMessage('There is no alert and no AlertmanagerConfig at the cursor.');
      else this.#panels.show(subject);
    }));
  }

  #open(subject: FieldName, post: (message: RouteMessage) => void): OpenPanel {
    let labels: Labels | undefined;
    let shown: AlertRouteResult | undefined;
    let question = 0;
    const refresh = async (): Promise<void> => {
      const mine = ++question;
      const params: AlertRouteParams = { field: subject, ...(labels === undefined ? {} : { labels }) };
      const answer = await this.#server.request<AlertRouteResult | null>(alertRouteRequest, params);
      // A later question has overtaken this one.
      if (answer === undefined || mine !== question) return;
      shown = answer ?? undefined;
      post(answer === null ? { type: 'gone' } : messageOf(answer));
    };
    return {
      refresh: () => { void refresh(); },
      receive: (request: PanelRequest) => {
        if (request.type === 'ready' || request.type === 'ask') {
          labels = request.labels ?? labels;
          void refresh();
        } else if (request.type === 'copy') {
          if (shown !== undefined) void env.clipboard.writeText(shown.text).then(() => window.setStatusBarMessage('Kubeprom: who gets the alert is in the clipboard.', 5000));
        } else if (request.type === 'open') {
          const place = request.journey === undefined ? shown?.arrivals?.[request.index]?.place : shown?.journeys[request.journey]?.stops[request.index]?.place;
          if (place !== undefined && place !== null) void showPlace(place);
        }
      },
      dispose: () => { question++; },
    };
  }
}

function messageOf({ title, subtitle, labels, warnings, journeys, arrivals }: AlertRouteResult): RouteMessage {
  return {
    type: 'route', title, subtitle, labels, warnings,
    journeys: journeys.map((journey) => ({ ...journey, stops: journey.stops.map(({ place, ...stop }) => ({ ...stop, hasPlace: place !== null })) })),
    arrivals: arrivals?.map(({ place, ...arrival }) => ({ ...arrival, hasPlace: place !== null })) ?? null,
  };
}
