/** What reflection shows, out of the descriptor set that `make gen` writes. */
import { BinaryReader } from '@bufbuild/protobuf/wire';
import type { ReflectionService } from '@grpc/reflection';

type PackageDefinition = ConstructorParameters<typeof ReflectionService>[0];

/** The serialized FileDescriptorProtos of a FileDescriptorSet { file = 1 }. */
export function filesOfSet(octets: Uint8Array): Buffer[] {
  const reader = new BinaryReader(octets);
  const files: Buffer[] = [];
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    if (field === 1) files.push(Buffer.from(reader.bytes()));
    else reader.skip(wire);
  }
  return files;
}

/** The reflection package reads nothing but `fileDescriptorProtos` of a package definition's types. */
export function packageOf(files: Buffer[]): PackageDefinition {
  return {
    files: { format: 'Protocol Buffer 3 DescriptorProto', type: {}, fileDescriptorProtos: files },
  };
}
