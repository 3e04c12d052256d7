import type { Fault, Tools } from './fault.ts';

type Answering = (call: { getPeer(): string }, callback?: unknown) => void;

interface Calls {
  unary(answer: unknown): Answering;
  streaming(produce: unknown): Answering;
}

/** Clients are told apart by what a call names its peer. */
function asOne(answering: Answering, tools: Tools): Answering {
  return (call, callback) => {
    tools.fired();
    call.getPeer = () => 'anybody';
    answering(call, callback);
  };
}

const fault: Fault = {
  id: 'one-queue',
  requirement: 'MDT-RLY-035',
  role: 'relay',
  breaks: 'all clients together have as many calls in the air as one may',
  replaces: {
    'reference/relay/calls.ts': {
      Calls: (original: new (...parts: unknown[]) => Calls, tools: Tools) =>
        class extends original {
          override unary(answer: unknown): Answering {
            return asOne(super.unary(answer), tools);
          }

          override streaming(produce: unknown): Answering {
            return asOne(super.streaming(produce), tools);
          }
        },
    },
  },
};

export default fault;
