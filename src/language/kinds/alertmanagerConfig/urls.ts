/** Addresses as the operator checks them (pkg/alertmanager/validation, v0.93.1). */

import { templateFault } from '../../routing/goTemplate.ts';
import { webUrlFault } from '../../routing/goUrl.ts';

/**
 * What is wrong with an address. The operator puts it between the quotes of a JSON string to read it, so quotes, backslashes and
 * control characters (the line break at the end of a Secret's value too) break it.
 */
export function addressFault(text: string): string | undefined {
  if (!/["\\]|(?![\x7f-\x9f])\p{Cc}/u.test(text)) return webUrlFault(text);
  let address: unknown;
  try {
    address = JSON.parse(`"${text}"`);
  } catch {
    return 'it has a quote, a backslash or a control character';
  }
  return typeof address === 'string' ? webUrlFault(address) : 'it has a quote';
}

/** The same where Alertmanager's own stand-in for a secret passes, but only with its brackets escaped as Go's JSON has them. */
export function secretAddressFault(text: string): string | undefined {
  return text === String.raw`\u003csecret\u003e` ? undefined : addressFault(text);
}

/** What is wrong with an address that may be a Go template. */
export function templateAddressFault(text: string): string | undefined {
  return text.includes('{{') ? templateFault(text) : secretAddressFault(text);
}
