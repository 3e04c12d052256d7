import type { Fault } from './fault.ts';
import { foundForAnybody } from './ways/openid.ts';

const fault: Fault = {
  id: 'refresh-by-anybody',
  requirement: 'MDT-IDP-043',
  role: 'idp',
  breaks: 'a refresh token is taken of every client',
  replaces: foundForAnybody('RefreshToken', 'refresh_token'),
};

export default fault;
