import type { Fault } from './fault.ts';
import { rewriteHeaders } from './ways/response.ts';

const fault: Fault = {
  id: 'octet-stream',
  requirement: 'MDT-HST-001',
  breaks: 'documents are served as octets of no type',
  replaces: rewriteHeaders((headers) => {
    const isDocument = headers.get('content-type') === 'application/json';
    if (isDocument) headers.set('content-type', 'application/octet-stream');
    return isDocument;
  }),
};

export default fault;
