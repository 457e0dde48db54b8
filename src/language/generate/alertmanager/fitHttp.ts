/** Fitting HTTP client settings to a version of Alertmanager (httpClientConfig.sanitize of operator v0.93.1). */

import { isReservedHeader } from '../../routing/config/httpClient.ts';
import type { Draft } from './draft.ts';

/** Fits the `http_config` below a map. */
export function fitHttp(parent: Draft): void {
  parent.nested('http_config', (http) => {
    for (const key of ['authorization', 'oauth2']) if (http.has(key) && !http.atLeast('0.22.0')) http.fail(`'${key}' in http_config needs Alertmanager 0.22.0 or newer`, key);
    http.dropBefore({ follow_redirects: '0.22.0', enable_http2: '0.25.0' });
    const headers = http.get('http_headers');
    if (headers?.kind === 'map') for (const [name] of headers.entries) if (isReservedHeader(name)) http.fail(`setting header ${JSON.stringify(name)} is not allowed`, 'http_headers');
    http.dropBefore({ http_headers: '0.28.0' });
    http.nested('tls_config', fitTls);
    fitProxy(http);
    http.nested('oauth2', (oauth2) => {
      const proxied = ['proxy_url', 'no_proxy', 'proxy_connect_header'].some((key) => oauth2.has(key));
      if (proxied) oauth2.dropBefore({ proxy_url: '0.25.0', no_proxy: '0.25.0', proxy_from_environment: '0.25.0', proxy_connect_header: '0.25.0' });
    });
  });
}

const tlsVersions = ['TLS10', 'TLS11', 'TLS12', 'TLS13'];

function fitTls(tls: Draft): void {
  tls.dropBefore({ min_version: '0.25.0', max_version: '0.25.0' });
  for (const key of ['min_version', 'max_version']) {
    if (tls.text(key) !== '' && !tlsVersions.includes(tls.text(key))) tls.fail(`unknown TLS version: ${tls.text(key)}`, key);
  }
  const [minimum, maximum] = [tls.text('min_version'), tls.text('max_version')];
  if (minimum !== '' && maximum !== '' && minimum > maximum) tls.fail(`max TLS version ${JSON.stringify(maximum)} must be greater than or equal to min TLS version ${JSON.stringify(minimum)}`, 'max_version');
}

function fitProxy(draft: Draft): void {
  if (!draft.atLeast('0.26.0')) {
    draft.dropBefore({ proxy_from_environment: '0.26.0', no_proxy: '0.26.0', proxy_connect_header: '0.26.0' });
    return;
  }
  const url = draft.text('proxy_url') !== '';
  const fromEnvironment = draft.isTrue('proxy_from_environment');
  const without = draft.text('no_proxy') !== '';
  if (draft.has('proxy_connect_header') && !fromEnvironment && !url) draft.fail("if 'proxy_connect_header' is configured, 'proxy_url' or 'proxy_from_environment' must also be configured", 'proxy_connect_header');
  if (fromEnvironment && url) draft.fail("if 'proxy_from_environment' is configured, 'proxy_url' must not be configured", 'proxy_url');
  if (fromEnvironment && without) draft.fail("if 'proxy_from_environment' is configured, 'no_proxy' must not be configured", 'no_proxy');
  if (!url && without) draft.fail("if 'no_proxy' is configured, 'proxy_url' must also be configured", 'no_proxy');
}
