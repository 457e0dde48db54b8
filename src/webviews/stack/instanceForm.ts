import { html, nothing, type TemplateResult } from 'lit';
import type { FormView, StackFields } from '../stackProtocol.ts';
import { checkBox, choiceBox, textBox } from './controls.ts';
import { channelBoxes, secretBoxes } from './formView.ts';

const roles = [{ value: 'EndpointSlice', label: 'EndpointSlices, which every Kubernetes since 1.21 has' }, { value: 'Endpoints', label: 'Endpoints' }];

/** One Prometheus or Alertmanager more, for a cluster that has an operator. */
export function instanceForm({ fields, note, profiles, storageClasses, channels, alertmanagers }: FormView, set: (part: Partial<StackFields>) => void): TemplateResult {
  const isPrometheus = fields.kind === 'Prometheus';
  return html`${note === '' ? nothing : html`<p class="note">${note}</p>`}
    <div class="columns">
      <section aria-label="What and where">
        ${textBox('name', 'Name', fields.name, (name) => { set({ name }); })}
        ${textBox('namespace', 'Namespace', fields.namespace, (namespace) => { set({ namespace }); }, 'It is made if it is not there.')}
        ${choiceBox('profile', 'Size', fields.profile, profiles, (profile) => { set({ profile }); })}
        ${choiceBox('storageClass', 'Storage class', fields.storageClass, storageClasses, (storageClass) => { set({ storageClass }); }, fields.profile === 'local' ? 'The size local keeps no data.' : '')}
        ${textBox('replicas', 'Replicas', fields.replicas, (replicas) => { set({ replicas }); }, 'Empty: those of the size.')}
        ${textBox('retention', 'Keep data for', fields.retention, (retention) => { set({ retention }); }, 'Such as 15d; empty: what the size says.')}
        ${textBox('version', 'Version', fields.version, (version) => { set({ version }); }, `Which image runs: ${isPrometheus ? 'v3.13.2' : 'v0.33.1'}. Empty: the one that Kubeprom was tested with.`)}
      </section>
      <section aria-label="What it takes">
        ${textBox('namespaces', 'Namespaces', fields.namespaces, (namespaces) => { set({ namespaces }); }, isPrometheus ? 'From which it takes monitors and rules, and in which it may find pods; by commas. Empty: all.' : 'From which it takes AlertmanagerConfigs; by commas. Empty: all.')}
        ${textBox('selector', 'Labels', fields.selector, (selector) => { set({ selector }); }, `That ${isPrometheus ? 'monitors and rules' : 'AlertmanagerConfigs'} must have: team=web. Empty: none.`)}
        ${isPrometheus
          ? html`${choiceBox('alertmanager', 'Alerts go to', fields.alertmanager, alertmanagers, (alertmanager) => { set({ alertmanager }); })}
            ${choiceBox('discoveryRole', 'Targets are found by', fields.discoveryRole, roles, (role) => { set({ discoveryRole: role === 'Endpoints' ? role : 'EndpointSlice' }); })}
            ${checkBox('Monitors may attach labels of nodes (attachMetadata)', fields.attachesNodes, (attachesNodes) => { set({ attachesNodes }); })}
            <p class="note">Its ServiceAccount and the rights that it needs are made from this, and shown before they are applied.</p>`
          : html`${choiceBox('channel', 'Alerts go to', fields.channel, channels, (channel) => { set({ channel }); })}${channelBoxes(fields, set)}
            ${fields.channel === '' ? nothing : secretBoxes(fields, set)}`}
      </section>
    </div>`;
}
