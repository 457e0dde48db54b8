package main

// What the stand-in paints: enough to see that the page was loaded whole, is signed in, queries, and is live.
const appStyle = `
body { margin: 0; font: 14px system-ui, sans-serif; }
.theme-dark { background: #111217; color: #ccccdc; } .theme-light { background: #f4f5f5; color: #24292e; }
header { padding: 10px 16px; border-bottom: 1px solid #8884; display: flex; gap: 16px; align-items: baseline; }
header b { font-size: 16px; } .note { opacity: .7; }
main { display: grid; grid-template-columns: repeat(2, 1fr); gap: 8px; padding: 12px 16px; }
section { border: 1px solid #8884; border-radius: 2px; padding: 8px; min-height: 180px; }
section h2 { font-size: 14px; margin: 0 0 8px; } svg { width: 100%; height: 150px; }
form { margin: 60px auto; width: 260px; display: grid; gap: 8px; }
`

const appScript = `
(() => {
  const { page, settings, theme, user } = window.grafanaBootData;
  const sub = settings.appSubUrl;
  const root = document.getElementById('reactRoot');
  const element = (name, text, to) => { const one = document.createElement(name); one.textContent = text; to.append(one); return one; };
  const head = element('header', '', root);
  const title = element('b', 'Grafana', head);
  element('span', 'a stand-in for Grafana ' + settings.buildInfo.version + ', theme ' + theme, head).className = 'note';
  if (page === 'login') {
    const form = element('form', '', root);
    const name = element('input', '', form); name.name = 'user';
    const password = element('input', '', form); password.name = 'password'; password.type = 'password';
    element('button', 'Log in', form);
    const said = element('p', '', form); said.setAttribute('role', 'alert');
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const answer = await fetch(sub + '/login', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ user: name.value, password: password.value }) });
      if (answer.ok) location.href = sub + '/d/nodes/nodes'; else said.textContent = (await answer.json()).message;
    });
    return;
  }
  element('span', 'signed in as ' + user.role, head).id = 'role';
  const live = element('span', 'Live: connecting', head); live.id = 'live';
  const socket = new WebSocket(location.origin.replace('http', 'ws') + sub + '/api/live/ws');
  socket.onopen = () => socket.send(JSON.stringify({ id: 1, connect: { name: 'js' } }));
  socket.onmessage = ({ data }) => { const said = JSON.parse(data); if (said.push) live.textContent = 'Live: message ' + said.push.pub.data.count; };
  socket.onclose = () => { live.textContent = 'Live: closed'; };
  const parameters = new URLSearchParams(location.search);
  if (location.pathname.startsWith(sub + '/explore')) {
    title.textContent = 'Explore';
    element('pre', decodeURIComponent(location.search), root).id = 'query';
    return;
  }
  const uid = /\/d(?:-solo)?\/([^/]+)/.exec(location.pathname)?.[1];
  const main = element('main', '', root);
  if (uid === undefined) {
    fetch(sub + '/api/search?type=dash-db').then((answer) => answer.json()).then((hits) => { for (const hit of hits) { const link = element('a', hit.title, main); link.href = hit.url; } });
    return;
  }
  fetch(sub + '/api/dashboards/uid/' + uid).then(async (answer) => {
    const body = await answer.json();
    if (!answer.ok) { element('p', body.message, main).setAttribute('role', 'alert'); return; }
    title.textContent = body.dashboard.title;
    element('span', (parameters.get('from') ?? body.dashboard.time.from) + ' to ' + (parameters.get('to') ?? 'now') + [...parameters].filter(([key]) => key.startsWith('var-')).map(([key, value]) => ', ' + key.slice(4) + '=' + value).join(''), head).id = 'range';
    for (const panel of body.dashboard.panels) {
      if (parameters.has('viewPanel') && parameters.get('viewPanel').replace('panel-', '') !== String(panel.id)) continue;
      const box = element('section', '', main);
      element('h2', panel.title, box);
      const { results } = await (await fetch(sub + '/api/ds/query', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ queries: panel.targets }) })).json();
      const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
      svg.setAttribute('viewBox', '0 0 600 150'); svg.setAttribute('preserveAspectRatio', 'none');
      const line = document.createElementNS('http://www.w3.org/2000/svg', 'polyline');
      line.setAttribute('points', results.A.values.map((value, index) => index * 10 + ',' + (150 - value * 1.5)).join(' '));
      line.setAttribute('fill', 'none'); line.setAttribute('stroke', '#73bf69'); line.setAttribute('stroke-width', '2');
      svg.append(line); box.append(svg);
    }
  });
})();
`
