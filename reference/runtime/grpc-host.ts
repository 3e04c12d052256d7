/** The gRPC server of a service: its calls, health and reflection (MDT-HST-013 to -015). */
import {
  Metadata,
  ResponderBuilder,
  Server,
  ServerInterceptingCall,
  setLogVerbosity,
  logVerbosity,
  ServerCredentials,
  status as GrpcStatus,
  type sendUnaryData,
  type ServerInterceptor,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type StatusObject,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { MdtError } from '../core/errors.ts';
import { libraryStatusDetails, toGrpcError } from './error-carrier.ts';
import { GrpcConnections, type ConnectionLimits } from './grpc-connections.ts';
import { parseAddress } from './launch.ts';
import { addReflection, LateHealth } from './grpc-late.ts';

/** A call that answers from what the service holds; it throws an MdtError where it has nothing to show now. */
export type Answer<Request, Response> = (request: Request) => Response;

/** A service and what answers its calls. */
export interface GrpcService {
  readonly definition: ServiceDefinition;
  readonly calls: UntypedServiceImplementation;
  /** What a request to the server may hold, in octets, where that is more than other services take. */
  readonly maxRequestOctets?: number;
}

export interface GrpcHost {
  /** What `grpc.health.v1.Health` says of the whole server. */
  setServing(serving: boolean): void;
  close(): Promise<void>;
}

/** Requests are empty messages or nearly so; more is an attack. Octets. */
const MAX_REQUEST_OCTETS = 65_536;
const OPTIONS = {
  'grpc.max_metadata_size': 16_384,
  'grpc.max_concurrent_streams': 100,
  'grpc.keepalive_time_ms': 60_000,
  'grpc.keepalive_timeout_ms': 10_000,
};

/**
 * Serves `services` at `listen`, with health and reflection beside them.
 * @throws MdtError MDT_LAUNCH where the address cannot be listened on
 */
export async function startGrpc(
  listen: string,
  services: readonly GrpcService[],
  descriptors: URL,
  limits: ConnectionLimits = {},
): Promise<GrpcHost> {
  const { host, port } = parseAddress(listen, '/listen/grpc');
  setLogVerbosity(logVerbosity.NONE); // it writes to standard error in a form of its own; what matters we log ourselves
  const most = Math.max(MAX_REQUEST_OCTETS, ...services.map(({ maxRequestOctets = 0 }) => maxRequestOctets));
  const interceptors = [withErrorInfo((peer) => connections.called(peer))];
  const server = new Server({ ...OPTIONS, 'grpc.max_receive_message_length': most, interceptors });
  for (const { definition, calls } of services) server.addService(readingErrors(definition), calls);
  const health = new LateHealth();
  health.addToServer(server);
  addReflection(server, descriptors);
  // The library listens by itself too, but lets in whoever comes.
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const connections = new GrpcConnections((socket) => injector.injectConnection(socket), limits);
  try {
    await connections.listen(host, port);
  } catch (cause) {
    throw new MdtError('MDT_LAUNCH', 'cannot listen', { field: '/listen/grpc', cause });
  }
  return {
    setServing: (serving) => health.setServing(serving),
    close: async () => {
      connections.close();
      await close(server);
    },
  };
}

/**
 * The same service, whose requests arrive as an MdtError where they are not protobuf: the library would answer INTERNAL,
 * without ErrorInfo, as if the fault were ours.
 */
function readingErrors(service: ServiceDefinition): ServiceDefinition {
  const methods = Object.entries(service).map(([name, method]) => {
    const requestDeserialize = (octets: Buffer): unknown => {
      try {
        return method.requestDeserialize(octets) as unknown;
      } catch (cause) {
        return new MdtError('MDT_SCHEMA', 'the request is not the message that this call takes', { cause });
      }
    };
    return [name, { ...method, requestDeserialize }];
  });
  return Object.fromEntries(methods) as ServiceDefinition;
}

/** A handler that answers `answer(request)`, or the error it throws with its ErrorInfo. */
export function unary<Request, Response>(answer: Answer<Request, Response>, onFault: (error: unknown) => void) {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    try {
      if (call.request instanceof MdtError) throw call.request;
      callback(null, answer(call.request));
    } catch (error) {
      callback(statusOf(error, onFault));
    }
  };
}

/** Sends what there is and what comes later, until the caller goes. */
export type Watch<Request, Response> = (
  request: Request,
  send: (response: Response) => void,
  ended: AbortSignal,
) => Promise<void>;

/**
 * A handler that sends what `watch` sends. A caller that does not read gets the newest when it reads again, and nothing
 * of what came between: a server must not keep for others what they do not take.
 */
export function watching<Request, Response>(watch: Watch<Request, Response>, onFault: (error: unknown) => void) {
  return (call: ServerWritableStream<Request, Response>): void => {
    const ended = new AbortController();
    let kept: { response: Response } | undefined;
    let full = false;
    const send = (response: Response): void => {
      if (full) kept = { response };
      else full = !call.write(response);
    };
    call.on('drain', () => {
      full = false;
      const { response } = kept ?? {};
      kept = undefined;
      if (response !== undefined) send(response);
    });
    call.on('cancelled', () => ended.abort());
    call.on('error', () => ended.abort());
    const answering = async (): Promise<void> => {
      if (call.request instanceof MdtError) throw call.request;
      await watch(call.request, send, ended.signal);
    };
    answering().then(
      () => call.end(),
      (error: unknown) => call.emit('error', statusOf(error, onFault)),
    );
  };
}

/** An error as a status with its ErrorInfo; what is not ours is a fault. */
export function statusOf(
  error: unknown,
  onFault: (error: unknown) => void,
): Pick<StatusObject, 'code' | 'details' | 'metadata'> {
  if (!(error instanceof MdtError)) onFault(error);
  const { code, details, statusDetails } = toGrpcError(error);
  const metadata = new Metadata();
  metadata.set(STATUS_DETAILS, statusDetails);
  return { code, details, metadata };
}

const STATUS_DETAILS = 'grpc-status-details-bin';

/**
 * Gives an ErrorInfo to the errors that the library makes itself, such as an unknown name asked of the health service
 * (MDT-HST-015), and tells of each call of a connection that it has come and that it is over.
 */
function withErrorInfo(called: (peer: string) => () => void): ServerInterceptor {
  return (_method, call) => {
    const onCancel = called(call.getPeer());
    return new ServerInterceptingCall(call, { ...ERROR_INFO, start: (next) => next({ onCancel }) });
  };
}
const ERROR_INFO = new ResponderBuilder()
  .withSendStatus((status, next) => {
    if (status.code === GrpcStatus.OK) {
      next(status);
      return;
    }
    const metadata = status.metadata ?? new Metadata();
    if (metadata.get(STATUS_DETAILS).length === 0)
      metadata.set(STATUS_DETAILS, libraryStatusDetails(status.code, status.details));
    next({ ...status, metadata });
  })
  .build();

/** Calls are short, so they get half a second to end by themselves; health watchers never would. */
async function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    server.forceShutdown();
    resolve();
  }, 500);
  server.tryShutdown(() => resolve());
  await promise;
  clearTimeout(timer);
}
