import { html, nothing, type TemplateResult } from 'lit';
import type { FormView, StackFields } from '../stackProtocol.ts';
import { checkBox, choiceBox, textBox } from './controls.ts';

type Set = (part: Partial<StackFields>) => void;

/** What a stack is to consist of. */
export function formView(form: FormView, set: Set): TemplateResult {
  const { fields, note } = form;
  const sources = [
    { value: 'built-in', label: 'Kubeprom\'s own manifests' },
    { value: 'manifests', label: 'A folder of manifests, such as kube-prometheus' },
    { value: 'chart', label: 'A Helm chart, such as kube-prometheus-stack' },
  ];
  return html`${note === '' ? nothing : html`<p class="note">${note}</p>`}
    <div class="columns">
      <section aria-label="What and where">
        ${choiceBox('source', 'What', fields.source, sources, (value) => { set({ source: value === 'manifests' || value === 'chart' ? value : 'built-in' }); })}
        ${textBox('namespace', 'Namespace', fields.namespace, (namespace) => { set({ namespace }); }, 'It is made if it is not there.')}
        ${fields.source === 'built-in' ? sizes(form, set) : elsewhere(fields, set)}
      </section>
      <section aria-label="Components and alerts">${fields.source === 'built-in' ? parts(form, set) : nothing}</section>
    </div>`;
}

function elsewhere({ source, manifests, release, version, values }: StackFields, set: Set): TemplateResult {
  return source === 'chart'
    ? html`${textBox('manifests', 'Chart', manifests, (text) => { set({ manifests: text }); }, 'A folder, or a chart as helm names it: prometheus-community/kube-prometheus-stack. It is planned and applied by helm, which stays the owner.')}
      ${textBox('version', 'Version', version, (text) => { set({ version: text }); }, 'Empty: the newest.')}
      ${textBox('release', 'Release', release, (text) => { set({ release: text }); }, 'Empty: monitoring.')}
      ${textBox('values', 'File of values', values, (text) => { set({ values: text }); }, 'Relative to the workspace. Empty: the values of the chart.')}`
    : textBox('manifests', 'Folder, file or archive', manifests, (text) => { set({ manifests: text }); }, 'With all below it: YAML and JSON; or a .tar.gz, of the workspace or of an https address. Relative to the workspace.');
}

function sizes({ fields, operators, profiles, storageClasses }: FormView, set: Set): TemplateResult {
  return html`
    ${choiceBox('profile', 'Size', fields.profile, profiles, (profile) => { set({ profile }); })}
    ${choiceBox('storageClass', 'Storage class', fields.storageClass, storageClasses, (storageClass) => { set({ storageClass }); }, fields.profile === 'local' ? 'The size local keeps no data.' : '')}
    ${choiceBox('operator', 'Version of the operator', fields.operator, operators.map((value) => ({ value, label: value })), (operator) => { set({ operator }); })}`;
}

function parts({ fields, components, channels }: FormView, set: Set): TemplateResult {
  const has = (component: string) => fields.components.includes(component);
  return html`<fieldset><legend>Components</legend>
      ${components.map(({ value, label }) => checkBox(label, has(value), (isOn) => { set({ components: isOn ? [...fields.components, value] : fields.components.filter((one) => one !== value) }); }))}
    </fieldset>
    ${has('alertmanager') ? html`${choiceBox('channel', 'Alerts go to', fields.channel, channels, (channel) => { set({ channel }); })}${channelBoxes(fields, set)}` : nothing}
    ${has('grafana') ? textBox('grafanaDomain', 'Domain of Grafana', fields.grafanaDomain, (grafanaDomain) => { set({ grafanaDomain }); }, fields.grafanaDomain.trim() === '' ? 'Empty: no Ingress.' : `An Ingress makes it https://grafana.${fields.grafanaDomain.trim()}`) : nothing}
    ${fields.channel !== '' && has('alertmanager') || has('grafana') ? secretBoxes(fields, set) : nothing}`;
}

export function secretBoxes({ typesSecrets }: StackFields, set: Set): TemplateResult {
  return html`<fieldset><legend>Secrets</legend>
    ${checkBox('Type them, although the cluster has them or can make one up', typesSecrets, (isOn) => { set({ typesSecrets: isOn }); })}
    <p class="note">Passwords and secret addresses are asked for in a password box of VS Code. They go into Secrets of the cluster: never into this page, a file or the settings.</p>
  </fieldset>`;
}

/** What the chosen channel has to know. */
export function channelBoxes({ channel, to, from, smarthost, username, room }: StackFields, set: Set): TemplateResult | typeof nothing {
  if (channel === 'email') {
    return html`${textBox('to', 'To', to, (text) => { set({ to: text }); })}
      ${textBox('from', 'From', from, (text) => { set({ from: text }); })}
      ${textBox('smarthost', 'SMTP server', smarthost, (text) => { set({ smarthost: text }); }, 'With its port: smtp.example.com:587')}
      ${textBox('username', 'User', username, (text) => { set({ username: text }); }, 'Empty: it wants none.')}`;
  }
  return channel === 'slack' ? textBox('room', 'Channel', room, (text) => { set({ room: text }); }, '#alerts; empty: the one of the webhook') : nothing;
}
