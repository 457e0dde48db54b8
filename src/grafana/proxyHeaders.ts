import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { authorizationOf, type Credentials, secretOf } from './upstream.ts';

/** Of a connection, not of what goes over it (RFC 9110, 7.6.1). */
const hopByHop: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade']);
/**
 * Of a request: what is written anew, and what would tell Grafana of the page around it. A request without Origin passes
 * its checks of it (grafana/grafana, pkg/middleware/csrf and pkg/services/live); ours has looked at it before.
 */
const ownOfRequest: ReadonlySet<string> = new Set(['host', 'origin', 'referer', 'cookie', 'authorization', 'accept-encoding', 'forwarded', 'via', 'x-real-ip']);
/** Of an answer: what forbids the frame, binds the browser to https, reports to others, or is kept here. */
const ownOfAnswer: ReadonlySet<string> = new Set([
  'x-frame-options', 'content-security-policy', 'content-security-policy-report-only', 'strict-transport-security', 'set-cookie', 'location', 'clear-site-data', 'alt-svc',
  'cross-origin-opener-policy', 'cross-origin-embedder-policy', 'cross-origin-resource-policy', 'report-to', 'reporting-endpoints', 'nel', 'refresh', 'referrer-policy',
  'access-control-allow-origin', 'access-control-allow-credentials', 'www-authenticate', 'service-worker-allowed',
]);
/** Directives of a Content-Security-Policy that would forbid the frame, or http to this machine. */
const droppedDirectives: ReadonlySet<string> = new Set(['frame-ancestors', 'upgrade-insecure-requests', 'block-all-mixed-content', 'report-uri', 'report-to']);
/** What a body is asked for in: both can be read here. */
const encodings = 'gzip, br';

/** A browser's headers as Grafana gets them. @param host of Grafana @param cookie of Grafana's own */
export function headersToUpstream(headers: IncomingHttpHeaders, { host, cookie, credentials }: { host: string; cookie: string; credentials: Credentials | undefined }): OutgoingHttpHeaders {
  const named = new Set((headers.connection ?? '').split(',').map((one) => one.trim().toLowerCase()));
  const result: OutgoingHttpHeaders = { host, 'accept-encoding': encodings };
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || hopByHop.has(name) || ownOfRequest.has(name) || named.has(name) || name.startsWith('x-forwarded-') || name.startsWith('x-webauth-')) continue;
    result[name] = value;
  }
  if (cookie !== '') result['cookie'] = cookie;
  if (credentials !== undefined) result['authorization'] = authorizationOf(credentials);
  return result;
}

/** Grafana's headers as the page gets them: it may be shown in a frame, and no secret stands in them. Location and cookies are the proxy's matter. */
export function headersToPage(headers: IncomingHttpHeaders, credentials: Credentials | undefined): OutgoingHttpHeaders {
  const secret = credentials === undefined ? undefined : secretOf(credentials);
  const named = new Set((headers.connection ?? '').split(',').map((one) => one.trim().toLowerCase()));
  const result: OutgoingHttpHeaders = { 'referrer-policy': 'same-origin' };
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || hopByHop.has(name) || ownOfAnswer.has(name) || named.has(name)) continue;
    if (secret !== undefined && [value].flat().some((one) => one.includes(secret))) continue;
    result[name] = value;
  }
  for (const name of ['content-security-policy', 'content-security-policy-report-only'] as const) {
    const policies = [headers[name] ?? []].flat().map(framablePolicy).filter((one) => one !== '');
    if (policies.length > 0) result[name] = policies.join(', ');
  }
  return result;
}

/** A policy without what forbids the frame; the rest, which protects Grafana's page, stays. */
function framablePolicy(policy: string): string {
  return policy.split(',').map((one) => one.split(';').map((directive) => directive.trim()).filter((directive) => directive !== '' && !droppedDirectives.has(directive.split(/\s+/, 1)[0]?.toLowerCase() ?? '')).join('; ')).filter((one) => one !== '').join(', ');
}
