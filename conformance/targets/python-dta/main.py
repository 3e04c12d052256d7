"""A D-TA of the identity profile: started by the launch contract (spec/certification.md, C.1)."""
import queue
import signal
import sys
import threading

import launch
import schema
from entity import Entity, NotNow, Pending
from hosting_grpc import GrpcHosting
from hosting_http import HttpHosting
from launch import Failure, log, say
from node import Node, WrongChain
from rpc import Refused, Unavailable
from state import State, Unreadable

LOOK_SECONDS = 0.2  # between two looks at the tip


class Service:
    """The entity, what serves it, and the control lines that come while it lives."""

    def __init__(self, configuration: dict, lines: launch.Lines) -> None:
        self._lines = lines
        self._launch = configuration
        self._clock = launch.Clock(configuration.get("clock", {}).get("offset_seconds", 0))
        self._node = Node(configuration["chain"])
        self._standing = launch.Standing()
        self._controls: queue.Queue[dict] = queue.Queue()
        self._tip = ""
        self._http, self._grpc = self._listen()
        self._entity = Entity(configuration, self._open_state(), self._clock, self._node)

    def run(self) -> None:
        """Lives until it is ended by a signal."""
        threading.Thread(target=self._read_controls, daemon=True).start()
        while True:
            self._look()
            try:
                self._obey(self._controls.get(timeout=LOOK_SECONDS))
            except queue.Empty:
                continue

    def stop(self) -> None:
        self._grpc.stop()

    def _listen(self) -> tuple[HttpHosting, GrpcHosting]:
        listen = self._launch["listen"]
        try:
            http = HttpHosting(listen["http"])
        except OSError as fault:
            raise Failure("MDT_LAUNCH", "/listen/http", f"cannot listen: {fault.strerror}") from fault
        try:
            grpc = GrpcHosting(listen["grpc"])
        except (OSError, RuntimeError) as fault:
            raise Failure("MDT_LAUNCH", "/listen/grpc", "cannot listen") from fault
        say({"event": "listening"})
        return http, grpc

    def _open_state(self) -> State:
        try:
            return State(self._launch["data_dir"], self._launch["passphrase"])
        except Unreadable as fault:
            raise Failure("MDT_STATE", None, str(fault)) from fault
        except OSError as fault:
            raise Failure("MDT_STATE", "/data_dir", f"cannot be used: {fault.strerror}") from fault

    def _look(self) -> None:
        """Looks at the chain where it may have changed, and says where the entity stands."""
        tip, self._tip = self._tip, ""  # kept only where all goes well
        try:
            best = self._node.best()
            if best != tip or self._entity.unsettled:
                self._live()
            self._tip = best
        except Unavailable as fault:
            self._standing.waits("MDT_CHAIN_UNAVAILABLE", str(fault))
        except WrongChain as fault:
            self._standing.waits("MDT_WRONG_CHAIN", str(fault))
        except Refused as fault:
            self._standing.waits("MDT_CHAIN_UNAVAILABLE", str(fault))

    def _live(self) -> None:
        """What is shown changes before anybody is told."""
        pending = None
        try:
            self._entity.live()
        except Pending as fault:
            pending = fault
        shown = self._entity.shown
        self._http.show(shown)
        self._grpc.show(shown)
        if pending is None:
            self._standing.ready(shown.entity_id, shown.hosted["sha256"])
        else:
            self._standing.waits(pending.code, str(pending), pending.funding)

    def _read_controls(self) -> None:
        """Takes control lines in. The end of standard input is no signal to stop."""
        while (line := self._lines.next()) is not None:
            control = _control_of(line)
            if control is None:
                continue
            if control["control"] == "clock":
                self._clock.offset_seconds = control["offset_seconds"]
                say({"id": control["id"], "ok": True})
            else:
                self._controls.put(control)

    def _obey(self, control: dict) -> None:
        """`successor` or `retire`."""
        try:
            if control["control"] == "successor":
                self._entity.declare_successor()
            else:
                self._entity.retire(control.get("reason"))
        except NotNow as fault:
            say({"id": control["id"], "ok": False, "code": fault.code})
        except (Unavailable, Refused):
            say({"id": control["id"], "ok": False, "code": "MDT_CHAIN_UNAVAILABLE"})
        except WrongChain:
            say({"id": control["id"], "ok": False, "code": "MDT_WRONG_CHAIN"})
        else:
            self._tip = ""
            self._look()  # hands the anchor to the node, or says what is lacking
            say({"id": control["id"], "ok": True})


def _control_of(line: bytes) -> dict | None:
    """A control line that is to be obeyed; any other is answered here (MDT-TGT-008)."""
    try:
        control = launch.parse(line)
    except (ValueError, RecursionError):
        control = None
    if not isinstance(control, dict) or type(control.get("id")) is not int:
        log("a control line without an id that can be read")
        return None
    try:
        schema.check(control, "control-line")
    except schema.Fault as fault:
        unknown = fault.pointer == "/control"
        say({"id": control["id"], "ok": False, **({"unsupported": True} if unknown else {"code": "MDT_CONTROL"})})
        return None
    if control["control"] not in ("clock", "successor", "retire"):
        say({"id": control["id"], "ok": False, "unsupported": True})
        return None
    return control


def _end(_number: int, _frame: object) -> None:
    sys.exit(0)


def main() -> None:
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, _end)
    service = None
    try:
        lines = launch.Lines()
        service = Service(launch.read_configuration(lines.next()), lines)
        service.run()
    except Failure as failure:
        say(failure.event)
        sys.exit(1)
    finally:
        if service is not None:
            service.stop()


if __name__ == "__main__":
    main()
