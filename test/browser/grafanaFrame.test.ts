/** The frame of Grafana's panel in a real browser, as on a desktop: a name below localhost inside a page of another site. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { panelPage } from '../../src/extension/panelPage.ts';
import { Proxied, Served } from '../grafana/upstream.ts';
import { type BrowserPage, openPage } from '../host/browserPage.ts';

/** What Grafana's page does: it asks, saves, opens a WebSocket, and says how it went. */
const grafanaPage = `<!doctype html><title>Grafana</title><p id="said">nothing</p><script nonce="abc">
  const said = [];
  const say = (text) => { said.push(text); document.getElementById('said').textContent = said.join(', '); };
  say('cookies ' + (document.cookie || 'none'));
  fetch('/api/ds/query', { method: 'POST', body: '{}' }).then((answer) => answer.text()).then(async (text) => {
    say('query ' + text);
    const socket = new WebSocket(location.origin.replace('http', 'ws') + '/api/live/ws');
    socket.onopen = () => socket.send('live');
    socket.onmessage = async ({ data }) => say('socket ' + (typeof data === 'string' ? data : await data.text()));
  });
</script>`;

describe('Grafana in a frame of another site\'s page', { timeout: 120_000 }, () => {
  let grafana: Served;
  let proxied: Proxied;
  let browser: BrowserPage;
  const paths = () => grafana.seen.map(({ method, url }) => `${method ?? ''} ${url ?? ''}`);

  before(async () => {
    grafana = await Served.start((request, response) => {
      if (request.url !== '/d/nodes') {
        response.end(`for ${request.headers.authorization ?? 'nobody'} with ${request.headers.cookie ?? 'no cookie'}`);
        return;
      }
      response.writeHead(200, {
        'content-type': 'text/html', 'x-frame-options': 'deny', 'set-cookie': 'grafana_session=s; HttpOnly; Secure; SameSite=Lax; Path=/',
        'content-security-policy': "script-src 'nonce-abc'; connect-src 'self'; frame-ancestors 'none'",
      }).end(grafanaPage);
    });
    proxied = await Proxied.of(grafana.origin, { credentials: { kind: 'token', token: 'glsa_0123456789abcdefghijklmnopqrstuv' } });
    browser = await openPage({}, panelPage({ script: '/none.js', nonce: 'x', page: 'grafana', subject: '{}', frame: proxied.proxy.origin() }));
  });
  after(async () => {
    await browser.close();
    await proxied[Symbol.asyncDispose]();
    await grafana[Symbol.asyncDispose]();
  });

  /** Puts a frame into the page, as the panel's script does. */
  const frame = (address: string) => browser.page.evaluate((src) => {
    const one = document.createElement('iframe');
    one.src = src;
    document.body.replaceChildren(one);
  }, address);

  test('is painted, signed in and live; no cookie of it is seen by a script', async () => {
    await frame(proxied.proxy.address('/d/nodes'));
    const said = browser.page.frameLocator('iframe').locator('#said');
    await said.filter({ hasText: 'socket live' }).waitFor({ timeout: 30_000 });
    assert.equal(await said.innerText(), `cookies none, query for Bearer ${'*'.repeat(37)} with grafana_session=s, socket live`);
  });

  test('another frame, and another address, are not shown', async () => {
    const before = paths().length;
    await frame(`${grafana.origin}/d/nodes`);
    await browser.page.waitForFunction(() => document.querySelector('iframe')?.contentDocument === null);
    assert.equal(paths().length, before, 'the page\'s own policy allows one origin only');
  });

  test('a page of another site gets nothing by the session that the browser has', async () => {
    const before = paths().length;
    const [other] = await Promise.all([browser.page.waitForEvent('popup'), browser.page.evaluate((url) => { window.open(url, '_blank', 'noopener'); }, `${grafana.origin}/other`)]);
    await other.waitForLoadState();
    const target = proxied.proxy.origin();
    const outcome = await other.evaluate(async (origin) => {
      const asked = await Promise.all([
        fetch(`${origin}/api/user`, { credentials: 'include' }).then((one) => String(one.status), () => 'refused'),
        fetch(`${origin}/api/user`, { credentials: 'include', mode: 'no-cors', method: 'POST', body: 'x' }).then(({ type }) => type, () => 'refused'),
        new Promise<string>((resolve) => {
          const socket = new WebSocket(`${origin.replace('http', 'ws')}/api/live/ws`);
          socket.onopen = () => { resolve('open'); };
          socket.onerror = () => { resolve('refused'); };
        }),
      ]);
      return asked.join(', ');
    }, target);
    assert.match(outcome, /^refused, (?:opaque|refused), refused$/);
    // In a tab of its own it has no cookie: that of the frame belongs to the page around it.
    await other.goto(`${target}/api/user`).catch(() => undefined);
    assert.match(await other.locator('body').innerText(), /This address is for the page that Kubeprom opened/);
    assert.deepEqual(paths().slice(before).filter((one) => one.includes('/api/')), [], 'nothing of it reached Grafana');
    assert.equal(grafana.upgrades.length, 1);
    await other.close();
  });
});
