import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseGoUrl, webUrlFault } from '../../../src/language/routing/goUrl.ts';
import { joinHostPort, splitHostPort } from '../../../src/language/routing/hostPort.ts';

test('addresses of web services', () => {
  assert.equal(webUrlFault('https://[fe80::1%25en0]:8080/a?b#c'), undefined);
  assert.equal(webUrlFault('HTTP://example.com'), undefined);
  assert.equal(webUrlFault('example.com'), 'unsupported scheme "" for URL');
  assert.equal(webUrlFault('http://'), 'missing host for URL');
  assert.match(webUrlFault('://x') ?? '', /missing protocol scheme/);
  assert.match(webUrlFault('http://h:99x') ?? '', /invalid port ":99x" after host/);
  assert.match(webUrlFault('http://a:1:2/') ?? '', /invalid port/);
  assert.match(webUrlFault('http://%><invalid.com') ?? '', /invalid URL escape/);
  assert.match(webUrlFault('http://a b/') ?? '', /invalid character " " in host name/);
  assert.match(webUrlFault('http://h/%zz') ?? '', /invalid URL escape "%zz"/);
  assert.match(webUrlFault('http://h/\n') ?? '', /invalid control character/);
});

test('are written as Go writes them', () => {
  const write = (text: string): string | undefined => {
    const url = parseGoUrl(text);
    return 'error' in url ? undefined : url.format({ redactPassword: true });
  };
  assert.equal(write('HTTPS://u:p@h.example/a b?c d#e f'), 'https://u:xxxxx@h.example/a%20b?c d#e%20f');
  assert.equal(write('http://h/%41%2F'), 'http://h/%41%2F');
  assert.equal(write('mailto:a@b'), 'mailto:a@b');
  assert.equal(write(''), '');
});

test('hosts and ports', () => {
  assert.deepEqual(splitHostPort('[::1]:25'), { host: '::1', port: '25' });
  assert.deepEqual(splitHostPort('mail'), { error: 'address mail: missing port in address' });
  assert.deepEqual(splitHostPort('a:b:c'), { error: 'address a:b:c: too many colons in address' });
  assert.equal(joinHostPort('::1', '25'), '[::1]:25');
});
