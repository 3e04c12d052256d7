import type { Fault, Tools } from './fault.ts';

const fault: Fault = {
  id: 'unframed-session',
  requirement: 'MDT-IDP-018',
  role: 'idp',
  breaks: 'the page of check_session_iframe may not be framed',
  replaces: {
    'reference/idp/session-management.ts': {
      CHECK_SESSION_PAGE: (original: { html: string; headers: object }, tools: Tools) => ({
        ...original,
        get headers() {
          tools.fired();
          return { ...original.headers, 'x-frame-options': 'DENY' };
        },
      }),
    },
  },
};

export default fault;
