/** What the scene of an IdP sees: registrations, logins, exchanges, logouts, and the log after each. */
import type { GetMetadataResponse } from '../../../reference/gen/proto/milagro/trust/v1/identity.ts';
import type { LaunchConfiguration } from '../../../reference/gen/schemas.ts';
import type { GrpcResult } from '../grpc-client.ts';
import type { HttpResult } from '../http-client.ts';
import type { LifeRecord } from '../life-record.ts';
import type { Callback } from '../openid/callbacks.ts';
import type { Went } from '../openid/person.ts';
import type { Answer, Request, TokenAnswer } from '../openid/relying-party.ts';
import type { Payment } from '../subject.ts';
import type { EntriesLook } from './openid-entries.ts';

export interface Registration {
  /** What it asked to be registered with. */
  readonly asked: Readonly<Record<string, unknown>>;
  readonly answer: Answer;
}

export interface RegistrationsSeen {
  readonly a: Registration;
  readonly b: Registration;
  readonly spare: Registration;
}

export interface ManagementSeen {
  readonly read: HttpResult;
  /** By nobody, by a token that was never given out, and by that of another client. */
  readonly readWrongly: Readonly<Record<string, HttpResult>>;
  readonly changed: HttpResult;
  readonly changedWrongly: HttpResult;
  readonly removedWrongly: HttpResult;
  /** By what was tried with the token of another client. */
  readonly byAnother: Readonly<Record<string, HttpResult>>;
  /** Once others had tried to change and to remove it. */
  readonly kept: HttpResult;
  readonly removed: HttpResult;
  readonly gone: HttpResult;
}

/** An authorization request, and what came of it. */
export interface LogIn {
  readonly request: Request;
  readonly went: Went;
  /** The URL of the client that the browser was sent to. */
  readonly response?: string;
  readonly tokens?: TokenAnswer;
}

/** An exchange of a code that openid-client has no part in. */
export interface Redeemed {
  readonly login: LogIn;
  readonly result: HttpResult;
}

export interface LoginsSeen {
  /** At a client with a secret, and at one without. */
  readonly a: LogIn;
  readonly userInfo?: HttpResult;
  readonly b: LogIn;
  readonly userInfoOfB?: HttpResult;
  /** Without any login, as the session of before is there. */
  readonly silent: LogIn;
  /** Of a client without a secret, without a challenge. */
  readonly unchallenged: LogIn;
  /** By redirect URIs that are not registered. */
  readonly elsewhere: readonly LogIn[];
  readonly wrongVerifier?: Redeemed;
  readonly noVerifier?: Redeemed;
  /** Twice the same code: a right exchange, and the same again. */
  readonly first?: Redeemed;
  readonly again?: Redeemed;
}

/** What came of what strangers tried; a right exchange is `LoginsSeen.first`. */
export interface StrangersSeen {
  /** A code that another client shows, and one that is shown with another redirect URI. */
  readonly ofAnother: HttpResult;
  readonly otherUri: HttpResult;
  /** A code of a client with a secret, without it and with a wrong one. */
  readonly noSecret: HttpResult;
  readonly wrongSecret: HttpResult;
  /** A request with its challenge in the clear. */
  readonly plain: LogIn;
  /** A request with a redirect URI that another client has registered. */
  readonly uriOfAnother: LogIn;
  /** UserInfo with a token of nobody, and without one. */
  readonly junk: HttpResult;
  readonly nobody: HttpResult;
  /** Of another person. */
  readonly second?: LogIn;
  readonly wrongPassword?: LogIn;
}

export interface ThingsSeen {
  readonly registered: Answer;
  readonly clientId?: string;
  readonly audience: string;
  readonly nonce: string;
  readonly right?: HttpResult;
  /** By what is wrong with the proof. */
  readonly wrong: Readonly<Record<string, HttpResult>>;
}

/** The token that names the session, and where the way led. */
export interface LeftBy {
  readonly idToken: string;
  readonly went: Went;
}

export interface LogoutSeen {
  readonly left: LeftBy;
  readonly state: string;
  /** What came to a registered post_logout_redirect_uri. */
  readonly returned?: Callback;
  readonly back?: Callback;
  readonly front?: Callback;
  /** By the same browser, right after: with prompt=none, and without. */
  readonly silent: LogIn;
  readonly plain: LogIn;
  /** Another login, and a logout that is to lead to where nobody registered. */
  readonly elsewhere?: LeftBy & { readonly came: readonly Callback[] };
}

export interface OpenidSeen {
  configuration: LaunchConfiguration;
  lives: LifeRecord[];
  payment?: Payment;
  record?: HttpResult;
  /** The metadata, and between which times they were asked for, by Date.now(). */
  metadata?: { result: HttpResult; from: number; until: number };
  metadataByGrpc?: GrpcResult<GetMetadataResponse>;
  jwks?: HttpResult;
  checkSession?: HttpResult;
  /** WebFinger of the account that there is, of one that there is none, and of nobody. */
  webFinger?: { known: HttpResult; unknown: HttpResult; unnamed: HttpResult };
  /** What one that nobody has paid for answers at its endpoints, by their names in the metadata. */
  unready?: Readonly<Record<string, HttpResult>>;
  registrations?: RegistrationsSeen;
  management?: ManagementSeen;
  things?: ThingsSeen;
  /** Why nobody could log in. */
  nobody?: string;
  logins?: LoginsSeen;
  strangers?: StrangersSeen;
  /** After kill -9: UserInfo for a token of before, what is registered, and a login. */
  restarted?: { ready: boolean; userInfo?: HttpResult; client?: HttpResult; login?: LogIn };
  logout?: LogoutSeen;
  /** The log right after something was answered, by what that was. */
  entries: Record<string, EntriesLook>;
}
