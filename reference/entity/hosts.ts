/** What an entity listens with: its documents over HTTP, the same by gRPC, and what its role adds to both. */
import { IdentityServiceService } from '../gen/proto/milagro/trust/v1/identity.ts';
import type { Shown, ShownLog } from '../log/activity.ts';
import { logResources, statusResources } from '../log/log-resources.ts';
import { logService, statusService } from '../log/log-service.ts';
import { startGrpc, type GrpcHost } from '../runtime/grpc-host.ts';
import { startHttp, type HttpHost } from '../runtime/http-host.ts';
import type { Launch } from '../runtime/launch.ts';
import type { HealthDocument } from './health.ts';
import { identityService } from './identity-service.ts';
import type { Role, RoleWork } from './role.ts';
import type { Showcase } from './showcase.ts';

const DESCRIPTORS: URL = new URL('../../reference/gen/proto/descriptor.binpb', import.meta.url);

export interface Hosted {
  readonly launch: Launch;
  readonly role: Role;
  readonly work: RoleWork | undefined;
  readonly showcase: Showcase;
  readonly health: () => HealthDocument;
  /** @throws MdtError MDT_NOT_READY */
  readonly visited: () => Shown;
  /** Of an entity with a log. @throws MdtError MDT_NOT_READY */
  readonly visitedLog: () => ShownLog;
  readonly onFault: (error: unknown) => void;
}

export interface Hosts {
  readonly http: HttpHost;
  readonly grpc: GrpcHost;
}

/** @throws MdtError MDT_LAUNCH where an address cannot be listened on */
export async function startHosts(hosted: Hosted): Promise<Hosts> {
  const { launch, role, work, showcase, health, visited, visitedLog, onFault } = hosted;
  const { listen } = launch.configuration;
  const hasLog = role.name !== 'relay';
  const resources = [
    ...showcase.resources(role.name, health),
    ...(hasLog ? logResources(visitedLog) : []),
    ...statusResources(visited),
    ...(work?.resources ?? []),
  ];
  const services = [
    { definition: IdentityServiceService, calls: identityService(showcase, onFault) },
    ...(hasLog ? [logService(visitedLog, onFault)] : []),
    statusService(visited, onFault),
    ...(work?.service ? [work.service] : []),
  ];
  const [http, grpc] = await Promise.all([
    startHttp(listen.http, resources, onFault, work?.http),
    startGrpc(listen.grpc, services, DESCRIPTORS),
  ]);
  return { http, grpc };
}
