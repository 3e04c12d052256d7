"""
The protobuf messages of this program, from their fields: those of proto/milagro/trust/v1, of grpc.health.v1, of
grpc.reflection.v1 and of google.rpc. No generated code; the descriptors that reflection shows are made from the same lists.
"""
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

FIELD = descriptor_pb2.FieldDescriptorProto
TYPES = {
    "bytes": FIELD.TYPE_BYTES,
    "string": FIELD.TYPE_STRING,
    "uint32": FIELD.TYPE_UINT32,
    "int32": FIELD.TYPE_INT32,
    "uint64": FIELD.TYPE_UINT64,
}

# Message: its fields in the order of their numbers, from 1 on. `*` marks a repeated field.
IDENTITY = {
    "GetBirthRecordRequest": "",
    "GetBirthRecordResponse": "bytes birth_record, bytes sha256, bytes signature, bytes previous_signature,"
    " *Predecessor predecessors, Retirement retirement",
    "Predecessor": "bytes birth_record, bytes signature, bytes previous_signature",
    "Retirement": "bytes retirement, bytes sha256, bytes signature",
    "GetAnchorProofRequest": "",
    "GetAnchorProofResponse": "Locator locator, AnchorProof proof",
    "GetLineageProofRequest": "",
    "GetLineageProofResponse": "LineageProof lineage",
    "GetMetadataRequest": "",
    "GetMetadataResponse": "bytes metadata",
    "Locator": "bytes txid, uint32 vout, bytes block_hash, uint32 height, uint32 tx_index, string txref",
    "AnchorProof": "bytes transaction, uint64 prevout_value, uint32 vout, bytes header, *bytes merkle_branch,"
    " uint32 position, bytes coinbase, *bytes coinbase_branch, *bytes following_headers",
    "LineageProof": "*bytes transactions, *LinkProof proofs",
    "LinkProof": "uint32 link, Locator locator, AnchorProof proof",
}
IDENTITY_CALLS = ("GetBirthRecord", "GetAnchorProof", "GetLineageProof", "GetMetadata")

_pool = descriptor_pool.DescriptorPool()
_factory = message_factory.MessageFactory(_pool)


def _file(name: str, package: str, messages: dict[str, str], numbers: dict[str, int] | None = None):
    file = descriptor_pb2.FileDescriptorProto(name=name, package=package, syntax="proto3")
    for message, fields in messages.items():
        described = file.message_type.add(name=message)
        for at, field in enumerate(filter(None, fields.split(", ")), start=1):
            kind, field_name = field.split(" ")
            number = (numbers or {}).get(f"{message}.{field_name}", at)
            _add_field(described, package, kind, field_name, number)
    return file


def _add_field(described, package: str, kind: str, name: str, number: int) -> None:
    repeated = kind.startswith("*")
    field = described.field.add(name=name, number=number)
    field.label = FIELD.LABEL_REPEATED if repeated else FIELD.LABEL_OPTIONAL
    kind = kind.lstrip("*")
    if kind in TYPES:
        field.type = TYPES[kind]
    else:
        field.type, field.type_name = FIELD.TYPE_MESSAGE, f".{package}.{kind}"


def _with_service(file, service: str, calls: tuple[str, ...]):
    described = file.service.add(name=service)
    for call in calls:
        described.method.add(
            name=call,
            input_type=f".{file.package}.{call}Request",
            output_type=f".{file.package}.{call}Response",
        )
    return file


IDENTITY_FILE = _with_service(
    _file("milagro/trust/v1/identity.proto", "milagro.trust.v1", IDENTITY), "IdentityService", IDENTITY_CALLS
)
# An enumeration is an int32 on the wire; 1 is SERVING, 2 NOT_SERVING.
HEALTH_FILE = _file(
    "health.proto", "grpc.health.v1", {"HealthCheckRequest": "string service", "HealthCheckResponse": "int32 status"}
)
REFLECTION_FILE = _file(
    "reflection.proto",
    "grpc.reflection.v1",
    {
        "ServerReflectionRequest": "string host, string file_by_filename, string file_containing_symbol,"
        " string list_services",
        "ServerReflectionResponse": "string valid_host, ServerReflectionRequest original_request,"
        " FileDescriptorResponse file_descriptor_response, ListServiceResponse list_services_response,"
        " ErrorResponse error_response",
        "FileDescriptorResponse": "*bytes file_descriptor_proto",
        "ListServiceResponse": "*ServiceResponse service",
        "ServiceResponse": "string name",
        "ErrorResponse": "int32 error_code, string error_message",
    },
    numbers={
        "ServerReflectionRequest.file_by_filename": 3,
        "ServerReflectionRequest.file_containing_symbol": 4,
        "ServerReflectionRequest.list_services": 7,
        "ServerReflectionResponse.file_descriptor_response": 4,
        "ServerReflectionResponse.list_services_response": 6,
        "ServerReflectionResponse.error_response": 7,
    },
)
# Which of these is there is told by its presence, not by its value: `list_services` may be empty.
_request = REFLECTION_FILE.message_type[0]
_request.oneof_decl.add(name="message_request")
for _field in _request.field[1:]:
    _field.oneof_index = 0

ERROR_FILE = _file(
    "error.proto",
    "google.rpc",
    {
        "Status": "int32 code, string message, *Any details",
        "Any": "string type_url, bytes value",
        "ErrorInfo": "string reason, string domain",
    },
)
for _one in (IDENTITY_FILE, HEALTH_FILE, REFLECTION_FILE, ERROR_FILE):
    _pool.Add(_one)


def message(name: str):
    """The class of a message, by its full name."""
    return _factory.GetPrototype(_pool.FindMessageTypeByName(name))
