"""The identity calls, health and reflection over gRPC (spec 3.2)."""
import threading
from concurrent.futures import ThreadPoolExecutor

import grpc

import messages
from canonical import canonical
from messages import message
from shown import Shown

IDENTITY, HEALTH, REFLECTION = (
    "milagro.trust.v1.IdentityService",
    "grpc.health.v1.Health",
    "grpc.reflection.v1.ServerReflection",
)
SERVING, NOT_SERVING = 1, 2
MAX_RECEIVED = 65_536


class GrpcHosting:
    """Serves what was shown last. `address` is host:port."""

    def __init__(self, address: str) -> None:
        self._shown: Shown | None = None
        self._changed = threading.Condition()
        options = [("grpc.so_reuseport", 0), ("grpc.max_receive_message_length", MAX_RECEIVED)]
        self._server = grpc.server(ThreadPoolExecutor(max_workers=16), options=options)
        self._server.add_generic_rpc_handlers(
            [
                grpc.method_handlers_generic_handler(IDENTITY, self._identity()),
                grpc.method_handlers_generic_handler(HEALTH, self._health()),
                grpc.method_handlers_generic_handler(REFLECTION, {"ServerReflectionInfo": _reflection()}),
            ]
        )
        if self._server.add_insecure_port(address) == 0:
            raise OSError(f"cannot listen at {address}")
        self._server.start()

    def show(self, shown: Shown | None) -> None:
        with self._changed:
            self._shown = shown
            self._changed.notify_all()

    def stop(self) -> None:
        self._server.stop(grace=None)
        with self._changed:
            self._changed.notify_all()

    def _identity(self) -> dict:
        makers = {
            "GetBirthRecord": _birth_record,
            "GetAnchorProof": lambda shown: {**_anchor(shown.hosted["anchor"])},
            "GetLineageProof": lambda shown: {"lineage": _lineage(shown.hosted["lineage"])},
            "GetMetadata": lambda shown: {"metadata": canonical(shown.metadata)},
        }
        return {call: _unary(f"milagro.trust.v1.{call}", self._answerer(make)) for call, make in makers.items()}

    def _answerer(self, make):
        def answer(_request, context):
            shown = self._shown
            if shown is None:
                _refuse(context, grpc.StatusCode.UNAVAILABLE, "MDT_NOT_READY", "the BIRTH is not deep enough")
            return make(shown)

        return answer

    def _health(self) -> dict:
        request, response = message("grpc.health.v1.HealthCheckRequest"), message("grpc.health.v1.HealthCheckResponse")
        form = {"request_deserializer": request.FromString, "response_serializer": response.SerializeToString}
        return {
            "Check": grpc.unary_unary_rpc_method_handler(self._check_health, **form),
            "Watch": grpc.unary_stream_rpc_method_handler(self._watch_health, **form),
        }

    def _check_health(self, request, context):
        if request.service not in ("", IDENTITY):
            context.abort(grpc.StatusCode.NOT_FOUND, "no such service")
        return self._status()

    def _watch_health(self, request, context):
        """The status, and from then on each that differs from the one before."""
        said = None
        while context.is_active():
            status = self._status()
            if status != said:
                yield status
                said = status
            with self._changed:
                self._changed.wait(timeout=1)

    def _status(self):
        status = NOT_SERVING if self._shown is None else SERVING
        return message("grpc.health.v1.HealthCheckResponse")(status=status)


def _unary(name: str, answer):
    request, response = message(f"{name}Request"), message(f"{name}Response")
    return grpc.unary_unary_rpc_method_handler(
        lambda given, context: response(**answer(given, context)),
        request_deserializer=request.FromString,
        response_serializer=response.SerializeToString,
    )


def _refuse(context, status: grpc.StatusCode, code: str, text: str) -> None:
    """Ends the call with google.rpc.ErrorInfo among its details (MDT-HST-015)."""
    info = message("google.rpc.ErrorInfo")(reason=code, domain="milagro.trust")
    packed = message("google.rpc.Any")(
        type_url="type.googleapis.com/google.rpc.ErrorInfo", value=info.SerializeToString()
    )
    details = message("google.rpc.Status")(code=status.value[0], message=text, details=[packed])
    context.set_trailing_metadata([("grpc-status-details-bin", details.SerializeToString())])
    context.abort(status, text)


def _birth_record(shown: Shown) -> dict:
    hosted = shown.hosted
    answer = _signed(hosted) | {"sha256": bytes.fromhex(hosted["sha256"])}
    answer["predecessors"] = [_signed(earlier) for earlier in hosted.get("predecessors", [])]
    if "retirement" in hosted:
        end = hosted["retirement"]
        answer["retirement"] = _octets(end, "sha256", "signature") | {"retirement": canonical(end["retirement"])}
    return answer


def _signed(shown: dict) -> dict:
    return _octets(shown, "signature", "previous_signature") | {"birth_record": canonical(shown["birth_record"])}


def _anchor(shown: dict) -> dict:
    locator, proof = shown["locator"], shown["proof"]
    branches = ("merkle_branch", "coinbase_branch", "following_headers")
    return {
        "locator": locator | _octets(locator, "txid", "block_hash"),
        "proof": proof
        | _octets(proof, "transaction", "header", "coinbase")
        | {name: [bytes.fromhex(item) for item in proof[name]] for name in branches},
    }


def _lineage(shown: dict) -> dict:
    return {
        "transactions": [bytes.fromhex(item) for item in shown["transactions"]],
        "proofs": [{"link": proof["link"], **_anchor(proof)} for proof in shown["proofs"]],
    }


def _octets(shown: dict, *names: str) -> dict:
    """Those members as octets, where they are there."""
    return {name: bytes.fromhex(shown[name]) for name in names if name in shown}


def _reflection():
    request = message("grpc.reflection.v1.ServerReflectionRequest")
    response = message("grpc.reflection.v1.ServerReflectionResponse")
    return grpc.stream_stream_rpc_method_handler(
        lambda asked, _context: (response(original_request=one, **_describe(one)) for one in asked),
        request_deserializer=request.FromString,
        response_serializer=response.SerializeToString,
    )


def _describe(asked) -> dict:
    """What reflection answers to one request: the services, or the file that has a symbol or a name."""
    if asked.HasField("list_services"):
        return {"list_services_response": {"service": [{"name": name} for name in (IDENTITY, HEALTH, REFLECTION)]}}
    for file in (messages.IDENTITY_FILE, messages.HEALTH_FILE, messages.REFLECTION_FILE):
        if asked.file_by_filename == file.name or asked.file_containing_symbol in _symbols(file):
            return {"file_descriptor_response": {"file_descriptor_proto": [file.SerializeToString()]}}
    return {"error_response": {"error_code": grpc.StatusCode.NOT_FOUND.value[0], "error_message": "not described"}}


def _symbols(file) -> set[str]:
    messages_of = {f"{file.package}.{one.name}" for one in file.message_type}
    services = {f"{file.package}.{one.name}" for one in file.service}
    return messages_of | services | {f"{file.package}.{one.name}.{call.name}" for one in file.service for call in one.method}
