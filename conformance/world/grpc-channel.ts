/** A channel to a gRPC server, with the caps that hold for every answer of a target. */
import { Client, credentials } from '@grpc/grpc-js';

const MAX_OCTETS = 4 * 1024 * 1024;

export interface ChannelOptions {
  /** By the certificates of the system. */
  readonly tls?: boolean;
  /** Whether it has a connection of its own; else channels to one address share theirs. */
  readonly own?: boolean;
}

/** `address` is host:port. It connects when the first call is made. */
export function channelTo(address: string, { tls = false, own = false }: ChannelOptions = {}): Client {
  return new Client(address, tls ? credentials.createSsl() : credentials.createInsecure(), {
    'grpc.max_receive_message_length': MAX_OCTETS,
    'grpc.max_metadata_size': 64 * 1024,
    'grpc.enable_retries': 0,
    'grpc.enable_http_proxy': 0,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.use_local_subchannel_pool': own ? 1 : 0,
  });
}
