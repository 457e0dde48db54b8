import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readLabelText, writeLabelText } from '../../src/webviews/shared/labelText.ts';

describe('labels as someone types them', () => {
  const readings: readonly [string, object][] = [
    ['job=node\ninstance = a:9100', { labels: { job: 'node', instance: 'a:9100' } }],
    ['job="node exporter",\n# a comment\n\nteam: core', { labels: { job: 'node exporter', team: 'core' } }],
    ['"dotted.name"="a\\"b"', { labels: { 'dotted.name': 'a"b' } }],
    ['empty=', { labels: { empty: '' } }],
    ['{"job":"node"}', { labels: { job: 'node' } }],
    ['{"port":80}', { error: 'The value of port is no text: labels are always text, so write it in quotes.' }],
    ['job=node\nnonsense', { error: 'Line 2 is no label: write name=value.' }],
    ['url=http://a/?b=c', { labels: { url: 'http://a/?b=c' } }],
  ];
  for (const [text, expected] of readings) test(JSON.stringify(text), () => { assert.deepEqual(readLabelText(text), expected); });

  test('what cannot be JSON is said to be none', () => {
    const read = readLabelText('{"job":');
    assert.ok('error' in read && read.error.startsWith('This is no JSON'));
  });

  test('what is written is read again', () => {
    for (const labels of [{ a: 'b', 'c.d': ' e ' }, { quoted: '"x', lines: 'a\nb' }, {}]) assert.deepEqual(readLabelText(writeLabelText(labels)), { labels });
  });
});
