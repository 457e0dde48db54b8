import type { Completion } from '../completion/offer.ts';
import { promqlFeatures } from '../promql/options.ts';
import { completeBySchema, type SettingsSchema } from './completeBySchema.ts';
import { checkLevels, settingsFields, versionFields } from './settingsFile.ts';
import { plainKinds } from './settings.ts';

/**
 * A JSON schema of `.kubeprom.yaml`, for editors that have no Kubeprom in them. It accepts all that readSettings takes
 * without a problem, and says nothing of codes and versions, which are checked by what they mean.
 */
export function settingsSchema(): SettingsSchema {
  const globs = { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }] };
  const match = { description: 'A glob of paths, relative to this file, or a list of them.', ...globs };
  const described = (name: string, schema: SettingsSchema): SettingsSchema => ({ ...schema, description: settingsFields[name] ?? '' });
  const shared = {
    versions: described('versions', { type: 'object', additionalProperties: false, properties: Object.fromEntries(versionFields.map((name) => [name, { type: 'string', description: 'A version in quotes, such as "3.13.2".' }])) }),
    features: described('features', { type: 'array', items: { type: 'string', examples: [...promqlFeatures.keys()] } }),
    prometheus: described('prometheus', { type: 'string', pattern: '/' }),
    // An unquoted "off" is false in YAML 1.1.
    checks: described('checks', { type: 'object', additionalProperties: { enum: [...checkLevels, false] } }),
  };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: '.kubeprom.yaml',
    type: 'object',
    additionalProperties: false,
    properties: {
      ...shared,
      exclude: described('exclude', globs),
      files: described('files', { type: 'array', items: { type: 'object', required: ['match', 'is'], additionalProperties: false, properties: { match, is: { enum: plainKinds } } } }),
      paths: described('paths', { type: 'array', items: { type: 'object', required: ['match'], additionalProperties: false, properties: { match, ...shared } } }),
    },
  };
}

/** What may be written at an offset of a `.kubeprom.yaml`. */
export function completeSettings(text: string, offset: number): Completion {
  return completeBySchema(settingsSchema(), text, offset);
}
