import type { Fault, Tools } from './fault.ts';
import { createHash } from 'node:crypto';

const fault: Fault = {
  id: 'checkpoint-with-more',
  requirement: 'MDT-LOG-007',
  breaks: 'the checkpoint has an extension line',
  also: [{ requirement: 'MDT-LOG-013', reason: 'the same by gRPC' }],
  replaces: {
    'reference/core/log/checkpoint.ts': {
      checkpointText:
        (_original: unknown, tools: Tools) =>
        (
          { entityId, size, root }: { entityId: Uint8Array; size: number; root: Uint8Array },
          signer: { publicKey: Uint8Array; sign: (message: Uint8Array) => Uint8Array },
        ) => {
          tools.fired();
          const name = `milagro.invalid/mdt/${Buffer.from(entityId).toString('hex')}`;
          const text = `${name}\n${String(size)}\n${Buffer.from(root).toString('base64')}\nand more\n`;
          const hash = createHash('sha256')
            .update(name)
            .update(Uint8Array.of(0x0a, 1))
            .update(signer.publicKey)
            .digest();
          const signature = Buffer.concat([hash.subarray(0, 4), signer.sign(Buffer.from(text))]);
          return `${text}\n— ${name} ${signature.toString('base64')}\n`;
        },
    },
  },
};

export default fault;
