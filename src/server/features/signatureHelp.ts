import { MarkupKind, type SignatureHelp } from 'vscode-languageserver';
import type { SignatureHelp as SignatureAnswer } from '../../language/signatures/signatureHelp.ts';

/** Characters behind which an editor asks by itself. */
export const signatureTriggers = ['(', ',', ' '];

/** An answer as the protocol has it. */
export function toSignatureHelp({ label, parameters, active, documentation }: SignatureAnswer): SignatureHelp {
  return {
    signatures: [{ label, documentation: { kind: MarkupKind.PlainText, value: documentation }, parameters: parameters.map((text) => ({ label: text })) }],
    activeSignature: 0,
    activeParameter: active,
  };
}
