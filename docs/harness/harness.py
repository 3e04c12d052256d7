"""
A harness to start from: the launch contract of spec/certification.md (C.1) around a D-TA that does not exist yet.

It listens, says what it lacks, obeys its control lines, and ends when it is told. Whatever it does not do yet it says so.
Only the standard library of Python 3.9 or newer is used.
"""
import json
import os
import signal
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RESOURCES = ("/.well-known/milagro-birth-record", "/.well-known/milagro-dta")
REQUIRED = ("launch", "role", "data_dir", "passphrase", "chain", "listen", "public", "transport", "policy")
offset_seconds = 0


def say(**line):
    """An event, or the answer to a control line: one line, at once."""
    print(json.dumps(line), flush=True)


def fail(field, detail):
    """The configuration cannot be used: `field` is the JSON Pointer of the member at fault (MDT-TGT-007)."""
    say(event="failed", code="MDT_LAUNCH", field=field, detail=detail)
    sys.exit(1)


def read_configuration(line):
    try:
        launch = json.loads(line)
    except ValueError:
        fail("", "the first line is not JSON")
    for name in REQUIRED:
        if name not in launch:
            fail(f"/{name}", "is missing")
    # Your schema validator goes here: schemas/launch-configuration.schema.json.
    if launch["role"] != "dta":
        fail("/role", "this program is a D-TA")
    confirmations = launch["policy"].get("confirmations")
    if type(confirmations) is not int or not 1 <= confirmations <= 1000:
        fail("/policy/confirmations", "is not an integer from 1 to 1000")
    return launch


class Hosting(BaseHTTPRequestHandler):
    """What is served before the BIRTH: that there is nothing yet (spec 3.2)."""

    def do_GET(self):
        if self.path in RESOURCES:
            self.problem(503, "MDT_NOT_READY")
        else:
            self.problem(404, "MDT_NOT_FOUND")

    do_HEAD = do_GET

    def problem(self, status, code):
        title = self.responses[status][0]
        body = json.dumps({"type": "about:blank", "title": title, "status": status, "code": code}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/problem+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_):
        """Visits are no news."""


def listen(launch):
    """At the addresses that the kit assigns (MDT-TGT-009). The gRPC server is yours to write."""
    host, _, port = launch["listen"]["http"].rpartition(":")
    server = ThreadingHTTPServer((host.strip("[]"), int(port)), Hosting)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    host, _, port = launch["listen"]["grpc"].rpartition(":")
    return socket.create_server((host.strip("[]"), int(port)))


def obey(line):
    """Answers one control line with its id (MDT-TGT-008)."""
    global offset_seconds
    try:
        control = json.loads(line)
        number, name = control["id"], control["control"]
    except (ValueError, TypeError, KeyError):
        return  # no id to answer with
    if name != "clock":
        say(id=number, ok=False, unsupported=True)
    elif type(control.get("offset_seconds")) is not int:
        say(id=number, ok=False, code="MDT_CONTROL")
    else:
        offset_seconds = control["offset_seconds"]  # now() is time.time() + offset_seconds (MDT-TGT-011)
        say(id=number, ok=True)


def main():
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))  # exit status 0 within 5 s (MDT-TGT-006)
    launch = read_configuration(sys.stdin.readline())
    grpc = listen(launch)
    say(event="listening")
    # Next: ask for coin. {"event":"funding","address":"bcrt1q…","min_sat":50000}, then watch the chain at
    # launch["chain"]["rpc"], write the record, anchor it, serve it, and say {"event":"ready","entity_id":"…"}.
    say(event="waiting", code="MDT_UNFUNDED", detail="the keys and their address are not written yet")
    for line in sys.stdin:
        obey(line)
    while grpc.fileno() >= 0:  # the end of standard input is no signal to stop
        time.sleep(60)


if __name__ == "__main__":
    main()
