import type { BroadcastTransactionRequest } from '../../reference/gen/proto/milagro/trust/v1/relay.ts';
import type { Fault, Tools } from './fault.ts';
import { codeOf } from './ways/relay-answer.ts';

interface Parts {
  readonly link: { readonly node: { broadcast(transaction: string): Promise<void> } };
}

interface Answers {
  broadcast(request: BroadcastTransactionRequest): Promise<object>;
}

const fault: Fault = {
  id: 'any-octets',
  requirement: 'MDT-RLY-019',
  role: 'relay',
  breaks: 'the node is asked about octets that are no transaction, too',
  replaces: {
    'reference/relay/node-answers.ts': {
      NodeAnswers: (original: new (parts: Parts) => Answers, tools: Tools) =>
        class extends original {
          readonly #parts: Parts;

          constructor(parts: Parts) {
            super(parts);
            this.#parts = parts;
          }

          override async broadcast(request: BroadcastTransactionRequest): Promise<object> {
            try {
              return await super.broadcast(request);
            } catch (error) {
              if (codeOf(error) !== 'MDT_MALFORMED_TX') throw error;
              tools.fired();
              await this.#parts.link.node.broadcast(request.transaction.toString('hex')).catch(() => undefined);
              throw error;
            }
          }
        },
    },
  },
};

export default fault;
