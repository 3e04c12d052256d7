/** A fault in the lines that a target writes to standard output. */
import type { Fault, Tools } from '../fault.ts';

export interface Output {
  listening(): void;
  waiting(code: string, detail: string): boolean;
  ready(entityId: string, sha256?: string): boolean;
  failed(code: string, field: string, detail: string): void;
  answer(answer: Readonly<Record<string, unknown>>): void;
}

type OutputClass = new (write: (text: string) => void) => Output;

export function rewriteOutput(derive: (original: OutputClass, tools: Tools) => OutputClass): Fault['replaces'] {
  return { 'reference/runtime/contract-output.ts': { ContractOutput: derive } };
}
