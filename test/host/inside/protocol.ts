/** What the runner inside the extension host and the test outside agree on. */

/** Names the secret that the test must show. */
export const tokenVariable = 'KUBEPROM_SESSION_TOKEN';
/** Starts the line in which the runner says on which port of 127.0.0.1 it listens. */
export const portMark = 'KUBEPROM-SESSION-PORT ';
