import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'deaf-to-control',
  requirement: 'MDT-TGT-008',
  breaks: 'a line that is no JSON ends the reading of control lines',
  replaces: {
    'reference/runtime/control-lines.ts': {
      answerControl: (original: (line: Uint8Array, target: object) => object | undefined, tools: Tools) => {
        let deaf = false;
        return (line: Uint8Array, target: object) => {
          if (!Buffer.from(line).toString('utf8').startsWith('{')) {
            tools.fired();
            deaf = true;
          }
          return deaf ? undefined : original(line, target);
        };
      },
    },
  },
};

export default fault;
