import type { Fault } from './fault.ts';

const SCRIPT = "addEventListener('message', ({ source, origin }) => source.postMessage('unchanged', origin));";

const fault: Fault = {
  id: 'always-unchanged',
  requirement: 'MDT-IDP-053',
  role: 'idp',
  breaks: 'the frame says that every session goes on',
  replaces: {
    'reference/idp/session-management.ts': {
      CHECK_SESSION_PAGE: (_original, tools) => {
        tools.fired();
        return {
          html: `<!doctype html><title>session</title><script>${SCRIPT}</script>`,
          headers: { 'content-type': 'text/html; charset=utf-8' },
        };
      },
    },
  },
};

export default fault;
