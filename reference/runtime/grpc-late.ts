/**
 * Health and reflection, whose libraries are loaded when one of them is first called: with protobufjs they are a sixth of
 * the CPU until a service listens, and most lives of a service are never asked.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Server, ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';
import { filesOfSet, packageOf } from './grpc-reflection.ts';

interface GrpcService {
  readonly definition: ServiceDefinition;
  readonly calls: UntypedServiceImplementation;
}

type Method = ServiceDefinition[string];
type Handler = (...call: unknown[]) => void;

const require = createRequire(import.meta.url);

const ONE_ANSWER = { requestStream: false, responseStream: false };
const HEALTH = {
  Check: ONE_ANSWER,
  List: ONE_ANSWER,
  Watch: { requestStream: false, responseStream: true },
};
const REFLECTION = { ServerReflectionInfo: { requestStream: true, responseStream: true } };
const REFLECTION_NAMES = ['grpc.reflection.v1.ServerReflection', 'grpc.reflection.v1alpha.ServerReflection'];

/** The health service, and what says how the server is: of the server as a whole, whose name is empty (grpc/doc/health-checking.md). */
export class LateHealth {
  #status: 'SERVING' | 'NOT_SERVING' = 'NOT_SERVING';
  #loaded: { setStatus(service: string, status: 'SERVING' | 'NOT_SERVING'): void } | undefined;

  setServing(serving: boolean): void {
    this.#status = serving ? 'SERVING' : 'NOT_SERVING';
    this.#loaded?.setStatus('', this.#status);
  }

  addToServer(server: Server): void {
    addLate(server, 'grpc.health.v1.Health', HEALTH, () => {
      const { HealthImplementation } = require('grpc-health-check') as typeof import('grpc-health-check');
      const health = new HealthImplementation({ '': this.#status });
      this.#loaded = health;
      return servicesOf(health);
    });
  }
}

/** Reflection of what is in a descriptor set. */
export function addReflection(server: Server, descriptors: URL): void {
  const files = filesOfSet(readFileSync(descriptors));
  const load = once(() => {
    const { ReflectionService } = require('@grpc/reflection') as typeof import('@grpc/reflection');
    return servicesOf(new ReflectionService(packageOf(files)));
  });
  for (const name of REFLECTION_NAMES) addLate(server, name, REFLECTION, load);
}

/** What a library would add to a server. */
function servicesOf(library: { addToServer(server: Server): void }): GrpcService[] {
  const services: GrpcService[] = [];
  const addService = (definition: ServiceDefinition, calls: UntypedServiceImplementation): void => {
    services.push({ definition, calls });
  };
  library.addToServer({ addService } as unknown as Server);
  return services;
}

/** Adds the service `name`, of which no more is known than how its calls go, until one is made. */
function addLate(
  server: Server,
  name: string,
  methods: Readonly<Record<string, Pick<Method, 'requestStream' | 'responseStream'>>>,
  load: () => GrpcService[],
): void {
  const loaded = once(load);
  const late = Object.entries(methods).map(([method, streams]) => {
    const path = `/${name}/${method}`;
    const real = once(() => methodOf(loaded(), path));
    const definition = {
      path,
      ...streams,
      requestSerialize: (value: unknown) => real().definition.requestSerialize(value),
      requestDeserialize: (octets: Buffer) => real().definition.requestDeserialize(octets) as unknown,
      responseSerialize: (value: unknown) => real().definition.responseSerialize(value),
      responseDeserialize: (octets: Buffer) => real().definition.responseDeserialize(octets) as unknown,
    };
    const handler: Handler = (...call) => real().handler(...call);
    return { method, definition, handler };
  });
  server.addService(
    Object.fromEntries(late.map(({ method, definition }) => [method, definition])),
    Object.fromEntries(late.map(({ method, handler }) => [method, handler])) as UntypedServiceImplementation,
  );
}

function methodOf(services: GrpcService[], path: string): { definition: Method; handler: Handler } {
  for (const { definition, calls } of services) {
    for (const [key, method] of Object.entries(definition)) {
      if (method.path !== path) continue;
      const handler = calls[key] ?? calls[method.originalName ?? ''];
      if (handler !== undefined) return { definition: method, handler: handler as Handler };
    }
  }
  throw new Error(`${path} is not in the library`);
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
