/** A fault in the terms of a relay, which no class of the reference answers. */
import type { sendUnaryData } from '@grpc/grpc-js';
import type { GetTermsResponse } from '../../../reference/gen/proto/milagro/trust/v1/relay.ts';
import type { Fault, Tools } from '../fault.ts';

type Terms = (call: object, callback: sendUnaryData<GetTermsResponse>) => void;

interface Service {
  readonly calls: { getTerms: Terms };
}

export function changedTerms(change: (terms: GetTermsResponse) => Partial<GetTermsResponse>): Fault['replaces'] {
  return {
    'reference/relay/relay-service.ts': {
      relayService:
        (original: (...parts: unknown[]) => Service, tools: Tools) =>
        (...parts: unknown[]) => {
          const service = original(...parts);
          const { getTerms } = service.calls;
          service.calls.getTerms = (call, callback) =>
            getTerms(call, (error, terms) => {
              tools.fired();
              callback(error, terms && { ...terms, ...change(terms) });
            });
          return service;
        },
    },
  };
}
