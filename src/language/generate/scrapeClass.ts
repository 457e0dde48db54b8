import type { Fields } from './fields.ts';
import type { Generation } from './generation.ts';
import type { HttpSettings } from './httpSettings.ts';
import { Source } from './source.ts';

/**
 * The scrape class that an object asks for by name, else the default one. Where there is neither, the result is
 * a place that does not exist, whose fields are all absent.
 */
export function scrapeClassOf(generation: Generation, name: Source): Source {
  const classes = generation.spec.at('scrapeClasses').items;
  // Of two classes with one name the last counts.
  const named = name.exists ? classes.findLast((item) => item.at('name').text === name.text) : undefined;
  return named ?? classes.findLast((item) => item.at('default').isTrue) ?? Source.nowhere(generation.prometheus);
}

/** The fallback protocol of the object, else that of its class. */
export function fallbackScrapeProtocol(own: Source, scrapeClass: Source): Source {
  return own.exists ? own : scrapeClass.at('fallbackScrapeProtocol');
}

/** Authorization of a target: credentials that the object does not name come from its class. */
export function mergedAuthorization(http: HttpSettings, own: Source, scrapeClass: Source): Fields {
  const classAuthorization = scrapeClass.at('authorization');
  const isEmpty = own.at('type').text === '' && !own.at('credentials').exists;
  if (isEmpty) return http.targetAuthorization(classAuthorization);
  const credentials = own.at('credentials').exists ? own.at('credentials') : classAuthorization.at('credentials');
  // Only a class without credentials of its own lends its file.
  const credentialsFile = credentials.exists ? own.at('credentialsFile') : classAuthorization.at('credentialsFile');
  return http.targetAuthorization(own, { credentials, credentialsFile });
}

/** TLS of a target whose own settings name no files (all kinds but ServiceMonitor): empty settings are as good as none. */
export function mergedSafeTls(http: HttpSettings, own: Source, scrapeClass: Source): Fields {
  const names = ['keySecret', 'serverName', 'insecureSkipVerify', 'minVersion', 'maxVersion'];
  const isEmpty = !namesAsset(own.at('ca')) && !namesAsset(own.at('cert')) && names.every((name) => !own.at(name).exists);
  return isEmpty ? http.tls(scrapeClass.at('tlsConfig')) : mergedTls(http, own, scrapeClass);
}

/** TLS of a target: without settings of its own those of the class, else only the class's files for what it lacks. */
export function mergedTls(http: HttpSettings, own: Source, scrapeClass: Source): Fields {
  const classTls = scrapeClass.at('tlsConfig');
  if (!own.exists) return http.tls(classTls);
  const file = (name: string, given: boolean): Source => own.at(name).isFilled || given ? own.at(name) : classTls.at(name);
  return http.tls(own, {
    ca: file('caFile', namesAsset(own.at('ca'))),
    cert: file('certFile', namesAsset(own.at('cert'))),
    key: file('keyFile', own.at('keySecret').exists),
  });
}

function namesAsset(selector: Source): boolean {
  return selector.at('secret').exists || selector.at('configMap').exists;
}
