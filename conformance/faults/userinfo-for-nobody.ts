import type { Fault } from './fault.ts';
import { changedAnswers } from './ways/openid.ts';

const fault: Fault = {
  id: 'userinfo-for-nobody',
  requirement: 'MDT-IDP-057',
  role: 'idp',
  breaks: 'UserInfo without a right token is an empty answer',
  replaces: changedAnswers((context, tools) => {
    if (!context.path.endsWith('/userinfo') || context.status < 400) return;
    tools.fired();
    context.status = 200;
    context.body = { sub: 'nobody' };
  }),
};

export default fault;
