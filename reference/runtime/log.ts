/**
 * The log: JSON lines on standard error (standard output belongs to the launch contract). Nothing that could
 * be a secret is handed to it: errors are reduced to code, field and message, and a message quotes no value.
 */
import pino, { type Logger } from 'pino';
import { errorCodeOf, errorFieldOf, errorMessageOf } from './error-carrier.ts';

export type { Logger };

/** Names under which secrets travel; should one ever be handed over, its value is blotted out. */
const SECRET_MEMBERS = ['passphrase', 'password', 'secret', 'secrets', 'import_secrets', 'initial_access_token', 'key'];

/** @param destination file descriptor 2, or a stream in tests */
export function openLog(
  role: string,
  destination: pino.DestinationStream = pino.destination({ fd: 2, sync: true }),
): Logger {
  return pino(
    {
      base: { role },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_MEMBERS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[secret]' },
      serializers: { err: describeError },
    },
    destination,
  );
}

/** What a log says of an error. No stack of foreign libraries and no `cause`: either may quote a request. */
function describeError(error: unknown): { code: string; field?: string; message: string } {
  const field = errorFieldOf(error);
  return { code: errorCodeOf(error), ...(field !== '' && { field }), message: errorMessageOf(error) };
}
