/** A fault in the content of a root. */
import type { Fault, Tools } from '../fault.ts';

export interface RootContent {
  readonly before?: { readonly document: { readonly seq: number; readonly tree_size: number } };
  readonly period: { readonly start: number; readonly end: number };
  readonly tree: { readonly size: number; readonly root: string };
  readonly statusDigest: string;
}

/** @param change gives the content instead; `undefined` leaves it as it is */
export function changedRoot(change: (content: RootContent) => Partial<RootContent> | undefined): Fault['replaces'] {
  return {
    'reference/core/activity-root.ts': {
      writeActivityRoot: (original: (content: RootContent) => object, tools: Tools) => (content: RootContent) => {
        const changed = change(content);
        if (!changed) return original(content);
        tools.fired();
        return original({ ...content, ...changed });
      },
    },
  };
}
