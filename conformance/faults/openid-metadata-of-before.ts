import type { Fault } from './fault.ts';
import { replacing } from './ways/openid.ts';

const fault: Fault = {
  id: 'openid-metadata-of-before',
  requirement: 'MDT-IDP-003',
  role: 'idp',
  breaks: 'the metadata go on naming the first record after a succession',
  shows: ['succession'],
  replaces: replacing('reference/idp/openid-metadata.ts', 'openidMetadata', (original, tools) => {
    let first: unknown;
    return (publication, ...more) => {
      first ??= publication;
      if (first !== publication) tools.fired();
      return original(first, ...more);
    };
  }),
};

export default fault;
