import { mapOf, type Fields } from './fields.ts';
import { GenerationError, type Generation } from './generation.ts';
import { list, map, type Node } from './node.ts';
import type { Source } from './source.ts';

const certificates = '/etc/prometheus/certs/';

/** How Prometheus speaks HTTP to targets and discoveries; secrets are those of one namespace. */
export class HttpSettings {
  readonly #generation: Generation;
  readonly #namespace: string;

  constructor(generation: Generation, namespace: string) {
    this.#generation = generation;
    this.#namespace = namespace;
  }

  /** The value of a Secret's key; undefined where the operator finds none. */
  secret(selector: Source): Node | undefined {
    return selector.exists ? this.#generation.assets.secret(selector, this.#namespace) : undefined;
  }

  /** `basic_auth`. Where the operator finds no Secret it writes empty strings. */
  basicAuth(basicAuth: Source): Fields {
    if (!basicAuth.exists) return {};
    const part = (name: string): Node => this.secret(basicAuth.at(name)) ?? basicAuth.at(name).scalar('');
    return { basic_auth: mapOf({ username: part('username'), password: part('password') }, basicAuth.origin) };
  }

  /** `authorization`, for the fields of one object or those that a scrape class adds. */
  authorization(authorization: Source, parts: AuthorizationParts = { credentials: authorization.at('credentials'), credentialsFile: authorization.at('credentialsFile') }): Fields {
    if (!authorization.exists) return {};
    const type = authorization.at('type');
    return {
      authorization: this.#generation.since('2.26.0', mapOf({
        type: type.text === '' ? 'Bearer' : type.scalar(type.text.trim()),
        credentials: this.secret(parts.credentials),
        credentials_file: parts.credentialsFile.isFilled ? parts.credentialsFile : undefined,
      }, authorization.origin)),
    };
  }

  /**
   * `authorization` of a target. Before Prometheus 2.26, which brought the field, operator v0.93.1 does not leave it out:
   * it crashes (addAuthorizationToYaml takes the first of no entries).
   */
  targetAuthorization(authorization: Source, parts?: AuthorizationParts): Fields {
    if (authorization.exists && !this.#generation.atLeast('2.26.0')) {
      throw new GenerationError(authorization, 'prometheus/generation-failed', 'Prometheus has authorization since 2.26.0; for an older one the operator crashes on this field and configures nothing. Use basicAuth or bearerTokenSecret, or a newer Prometheus.');
    }
    return this.authorization(authorization, parts);
  }

  /** `oauth2`. Without client id or secret the operator leaves it out. */
  oauth2(oauth2: Source): Fields {
    if (!oauth2.exists) return {};
    const clientId = this.#generation.assets.secretOrConfigMap(oauth2.at('clientId'), this.#namespace);
    const clientSecret = this.secret(oauth2.at('clientSecret'));
    if (clientId === undefined || clientSecret === undefined) return {};
    const scopes = oauth2.at('scopes');
    const parameters = oauth2.at('endpointParams');
    return {
      oauth2: this.#generation.since('2.27.0', mapOf({
        client_id: clientId,
        client_secret: clientSecret,
        token_url: oauth2.at('tokenUrl').exists ? oauth2.at('tokenUrl') : '',
        scopes: scopes.isFilled ? scopes : undefined,
        endpoint_params: parameters.isFilled ? parameters : undefined,
        ...this.#sinceEach('2.43.0', { ...this.proxy(oauth2), ...this.safeTls(oauth2.at('tlsConfig')) }),
      }, oauth2.origin)),
    };
  }

  /** Proxy settings, which stand among the other fields of an object. */
  proxy(settings: Source): Fields {
    const headers = settings.at('proxyConnectHeader');
    return {
      proxy_url: settings.at('proxyUrl'),
      ...this.#sinceEach('2.43.0', {
        no_proxy: settings.at('noProxy'),
        proxy_from_environment: settings.at('proxyFromEnvironment'),
        proxy_connect_header: headers.exists ? map(headers.fields.map(([name, values]) => [name, this.#headerValues(values)]), headers.origin) : undefined,
      }),
    };
  }

  #headerValues(values: Source): Node {
    return list(values.items.map((selector) => this.secret(selector) ?? selector.scalar('')), values.origin);
  }

  /** `tls_config` of one object's fields. */
  safeTls(tls: Source): Fields {
    return this.tls(tls, noFiles);
  }

  /** `tls_config`, with the paths of files that stand for what no Secret gives. */
  tls(tls: Source, files: TlsFiles = { ca: tls.at('caFile'), cert: tls.at('certFile'), key: tls.at('keyFile') }): Fields {
    if (!tls.exists) return {};
    const file = (asset: Node | undefined, path: Source | undefined): Node | undefined => asset ?? (path?.isFilled === true ? path.copy() : undefined);
    const serverName = tls.at('serverName');
    return {
      tls_config: mapOf({
        insecure_skip_verify: tls.at('insecureSkipVerify'),
        ca_file: file(this.#asset(tls.at('ca')), files.ca),
        cert_file: file(this.#asset(tls.at('cert')), files.cert),
        key_file: file(this.#secretFile(tls.at('keySecret')), files.key),
        server_name: serverName.isFilled ? serverName : undefined,
        min_version: this.#generation.since('2.35.0', tls.at('minVersion')),
        max_version: this.#generation.since('2.41.0', tls.at('maxVersion')),
      }, tls.origin),
    };
  }

  #asset(selector: Source): Node | undefined {
    if (selector.at('secret').exists) return this.#secretFile(selector.at('secret'));
    const configMap = selector.at('configMap');
    return configMap.exists ? this.#file('1', configMap) : undefined;
  }

  #secretFile(selector: Source): Node | undefined {
    return selector.exists ? this.#file('0', selector) : undefined;
  }

  /** The operator gathers certificates in one volume: 0 stands for a Secret, 1 for a ConfigMap. */
  #file(kind: '0' | '1', selector: Source): Node {
    return selector.scalar(`${certificates}${kind}_${this.#namespace}_${selector.at('name').text}_${selector.at('key').text}`);
  }

  #sinceEach(version: string, fields: Fields): Fields {
    return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, this.#generation.since(version, value)]));
  }
}

/** Where the credentials of an authorization stand. */
export interface AuthorizationParts {
  readonly credentials: Source;
  readonly credentialsFile: Source;
}

/** Paths of files in Prometheus' container. */
export interface TlsFiles {
  readonly ca?: Source;
  readonly cert?: Source;
  readonly key?: Source;
}

const noFiles: TlsFiles = {};
