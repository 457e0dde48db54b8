import type { SettingsSchema } from '../language/settings/completeBySchema.ts';
import { channelFields, channels, choicesFields, choicesFile, components, emailNeeds, helmFields, patterns, profiles } from './choices.ts';

/**
 * A JSON schema of the settings file, for completion and for editors that validate by it. It refuses what {@link checkChoices}
 * refuses, in words of its own.
 */
export function choicesSchema(): SettingsSchema {
  const text = { type: 'string', minLength: 1 };
  const like = (pattern: RegExp): SettingsSchema => ({ ...text, pattern: pattern.source });
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: choicesFile,
    ...mapping(choicesFields, {
      namespace: like(patterns.labelName), operator: like(patterns.version), profile: { enum: profiles }, components: { type: 'array', items: { enum: components } }, storageClass: text,
      alertmanager: {
        ...mapping(channelFields, { channel: { enum: channels }, to: text, from: text, smarthost: like(patterns.smarthost), username: text, room: text }), required: ['channel'],
        if: { properties: { channel: { const: 'email' } } }, then: { required: emailNeeds },
      },
      grafanaDomain: like(patterns.domain), manifests: like(patterns.manifests),
      helm: { ...mapping(helmFields, { chart: like(patterns.argument), release: like(patterns.release), version: like(patterns.argument), values: like(patterns.argument) }), required: ['chart'] },
    }),
    not: { required: ['manifests', 'helm'] },
  };
}

function mapping<K extends string>(descriptions: Readonly<Record<K, string>>, fields: Readonly<Record<K, SettingsSchema>>): SettingsSchema {
  const properties: Record<string, SettingsSchema> = {};
  for (const key in fields) properties[key] = { description: descriptions[key], ...fields[key] };
  return { type: 'object', additionalProperties: false, properties };
}
