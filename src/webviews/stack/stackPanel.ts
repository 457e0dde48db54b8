import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { saveLabels, savedLabels, send } from '../shared/host.ts';
import { styles } from '../shared/styles.ts';
import { isStackFields, type StackFields, type StackMessage, type WithActions } from '../stackProtocol.ts';
import { buttons } from './controls.ts';
import { formView } from './formView.ts';
import { instanceForm } from './instanceForm.ts';
import { healthView, progressView, reportView } from './runViews.ts';
import { planView } from './planView.ts';
import { stackStyles } from './styles.ts';

/** The monitoring stack of a cluster: what to deploy, what that would do, how far it is, how it does. */
export class StackPanel extends LitElement {
  static override styles = [styles, stackStyles];
  static override properties = { message: { state: true }, fields: { state: true }, takeOver: { state: true }, filter: { state: true } };
  declare message: StackMessage | undefined;
  declare fields: StackFields | undefined;
  /** Keys of objects in conflict whose fields are to be taken over. */
  declare takeOver: ReadonlySet<string>;
  declare filter: string;

  constructor() {
    super();
    this.message = undefined;
    this.fields = undefined;
    this.takeOver = new Set();
    this.filter = '';
  }

  receive(message: StackMessage): void {
    if (message.type === 'form') {
      // What was typed counts in a page that was hidden meanwhile, and where it is at fault.
      const kept = this.message === undefined ? keptFields() : message.fault === null ? undefined : this.fields;
      this.fields = kept?.kind === message.fields.kind ? kept : message.fields;
    }
    if (message.type === 'plan' && this.message?.type !== 'plan') {
      this.takeOver = new Set();
      this.filter = '';
    }
    const turned = message.type !== this.message?.type;
    this.message = message;
    // Whoever is in the page, and pressed a button that is gone now, begins at the heading; nobody is called away from an editor.
    if (turned && document.hasFocus()) void this.updateComplete.then(() => { this.renderRoot.querySelector<HTMLElement>('h1')?.focus(); });
  }

  override render(): TemplateResult {
    const { message } = this;
    if (message === undefined) return html`<p class="muted" role="status">Asking the cluster…</p>`;
    return html`<h1 tabindex="-1">${message.title}</h1><p class="muted">${message.where}</p>
      ${this.#body(message)}
      ${'actions' in message && message.type !== 'plan' ? this.#actions(message.actions) : nothing}`;
  }

  #body(message: StackMessage): TemplateResult {
    switch (message.type) {
      case 'form': {
        const set = (part: Partial<StackFields>): void => { this.#set(part); };
        const form = { ...message, fields: this.fields ?? message.fields };
        return html`<form @submit=${(event: Event) => { event.preventDefault(); this.#choose(); }}>
          ${form.fields.kind === 'stack' ? formView(form, set) : instanceForm(form, set)}
          ${message.fault === null ? nothing : html`<p class="fault" role="alert">${message.fault}</p>`}
          <p class="actions"><vscode-button id="choose" @click=${() => { this.#choose(); }}>Show what would be done</vscode-button></p>
          <p class="note">Nothing changes before you have seen the plan and said yes.</p>
        </form>`;
      }
      case 'busy': return html`<p role="status" aria-live="polite"><span class="bar endless" aria-hidden="true"><span></span></span>Asking the cluster; nothing changes…</p>`;
      case 'plan': return planView(message, {
        filter: this.filter, takeOver: this.takeOver,
        setFilter: (text) => { this.filter = text; },
        setTakeOver: (key, isOn) => { this.takeOver = new Set(isOn ? [...this.takeOver, key] : [...this.takeOver].filter((one) => one !== key)); },
        open: (index) => { send({ type: 'open', index }); },
        apply: () => { send({ type: 'apply', takeOver: [...this.takeOver] }); },
        act: (name) => { send({ type: 'act', name }); },
      });
      case 'progress': return progressView(message);
      case 'report': return reportView(message);
      case 'health': return healthView(message);
      case 'trouble': return html`<p class="fault" role="alert">${message.message}</p>`;
    }
  }

  #actions(actions: WithActions['actions']): TemplateResult {
    return html`<p class="actions">${buttons(actions, (name) => { send({ type: 'act', name }); })}</p>`;
  }

  #set(part: Partial<StackFields>): void {
    if (this.fields === undefined) return;
    this.fields = { ...this.fields, ...part };
    // What was at fault may be mended now.
    if (this.message?.type === 'form') this.message = { ...this.message, fault: null };
    saveLabels(JSON.stringify(this.fields));
  }

  #choose(): void {
    if (this.fields !== undefined) send({ type: 'choose', fields: this.fields });
  }
}

/** What was typed before the page was hidden, or the window reloaded. */
function keptFields(): StackFields | undefined {
  try {
    const value: unknown = JSON.parse(savedLabels() ?? '');
    return isStackFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
