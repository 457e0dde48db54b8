/** What an Alertmanager answers, in the form in which the model takes it. All times are in milliseconds since 1970, by the server's clock. */

import type { Labels } from './entities.ts';

/** An alert that Alertmanager has received. */
export interface ReceivedAlert {
  readonly fingerprint: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: 'active' | 'suppressed' | 'unprocessed';
  /** Ids of the silences, and fingerprints of the alerts, that suppress it. */
  readonly silencedBy: readonly string[];
  readonly inhibitedBy: readonly string[];
  /** Names of the receivers that it goes to. */
  readonly receivers: readonly string[];
  readonly startsAt: number | undefined;
  readonly generatorUrl: string;
}

/** A matcher of a silence. */
export interface SilenceMatcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}

/** A silence. */
export interface Silence {
  readonly id: string;
  readonly state: 'active' | 'pending' | 'expired';
  readonly matchers: readonly SilenceMatcher[];
  readonly startsAt: number | undefined;
  readonly endsAt: number | undefined;
  readonly updatedAt: number | undefined;
  readonly createdBy: string;
  readonly comment: string;
}
