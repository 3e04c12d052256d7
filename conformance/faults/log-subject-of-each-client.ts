import type { Fault } from './fault.ts';
import { createHash } from 'node:crypto';
import { changedClaims } from './ways/openid.ts';

const fault: Fault = {
  id: 'log-subject-of-each-client',
  requirement: 'MDT-IDP-024',
  role: 'idp',
  breaks: 'an ID Token tells each client another name of its subject in the log',
  also: [{ requirement: 'MDT-IDP-023', reason: 'logins and logouts are not found by that name' }],
  replaces: changedClaims((claims, { oidc }, tools) => {
    tools.fired();
    const name = createHash('sha256')
      .update(`${String(claims['sub'])} ${oidc.client?.clientId ?? ''}`)
      .digest('hex');
    return { ...claims, milagro_log_subject: name };
  }),
};

export default fault;
