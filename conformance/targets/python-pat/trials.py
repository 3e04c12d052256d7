"""
Trials of `verify_entity` against servers of its own: `python3 trials.py`.

What the vectors show is served on loopback in the place of their host, honestly and otherwise. Prints a line for each
trial that did not come out and the number of all; exits with 1 if there was one.
"""
import gzip
import json
import sys
import time
from pathlib import Path

import shared  # first: the others import what it makes importable

import grpc

import asking
import fetching
import schema
import wire
import worlds
from canonical import canonical
from headers import Header, cut
from worlds import World, content

SITE, RECORD, STATUS = "https://dta.example.org", "/.well-known/milagro-birth-record", "/milagro/v1/status"
FOLDER = Path(__file__).resolve().parents[3] / "vectors"
PATIENCE, MAX_SECONDS = 2, 10
_get = fetching.get


def _vectors() -> dict[str, dict]:
    groups = json.loads((FOLDER / "verdict.json").read_text(encoding="utf-8"))["testGroups"]
    return {test["comment"]: test["input"] for group in groups for test in group["tests"]}


VECTORS = _vectors()
SHOWN, SUCCEEDED, RETIRED, ABOVE, ALIVE, STRANGE, ALTERED, MISSING = (
    VECTORS[comment]
    for comment in (
        "the entity that is expected",
        "a successor",
        "a RETIRE",
        "a checkpoint above the anchor, and headers up to it",
        "alive",
        "another record than the one known, signed by a stranger",
        "another record by the key that is known",
        "a code is missing",
    )
)
GENESIS = bytes.fromhex(SHOWN["checkpoint"]["header"])
CHAIN = [GENESIS, *cut(bytes.fromhex(SHOWN["sources"][0]["headers"]))]
LONG = [GENESIS, *cut(bytes.fromhex(RETIRED["sources"][0]["headers"]))]
TIP = Header(CHAIN[-1]).hash
HONEST = worlds.relay(CHAIN)


class Trial:
    """One world, and the questions that are asked in it."""

    failed = ran = 0

    def __init__(self, name: str) -> None:
        self._name = name
        self.world = World()
        self.host = content(canonical(SHOWN["hosted"]))
        self.statuses: list[dict] = []
        self.sources: list[str] = []
        self.asked: list[str] = []  # paths at the host

    def __enter__(self) -> "Trial":
        self.world.__enter__()
        base = self.world.http(lambda request: self._answer(request))
        fetching.get = lambda url, *rest, **more: _get(url.replace(SITE, base), *rest, **more)
        return self

    def __exit__(self, *exception: object) -> None:
        fetching.get = _get
        self.world.__exit__(*exception)

    def ask(self, verdict: str, code: str | None = None, vector: dict = SHOWN, sources: list | None = None, **more):
        """`sources`: of each whether it is the best, the height of its tip and its code."""
        names = ("parameters", "checkpoint")
        question = {
            "url": SITE + RECORD,
            "chain": {name: vector[name] for name in names},
            "policy": {"confirmations": vector["confirmations"]},
            **{name: vector[name] for name in ("pins", "now")},
            "sources": self.sources,
            "patience_seconds": PATIENCE,
        }
        self.asked.clear()
        begin = time.monotonic()
        made = asking.verify_entity({**question, **more})
        took = time.monotonic() - begin
        schema.check({"id": "trial", **made}, "pat-answer")
        shown = [(one["best"], _height(one.get("tip_hash")), one.get("code")) for one in made["evidence"]["sources"]]
        names_right = [one["name"] for one in made["evidence"]["sources"]] == self.sources
        got = (made["verdict"], made.get("code"), shown if sources is not None else None, names_right)
        Trial.ran += 1
        if got != (verdict, code, sources, True) or took > MAX_SECONDS:
            Trial.failed += 1
            print(f"{self._name}: {got} and not {verdict} {code} {sources}; {took:.1f} s")
        return made

    def relay(self, answer=HONEST, **more) -> None:
        self.sources.append(self.world.relay(answer, **more))

    def rest(self, answer) -> None:
        self.sources.append(self.world.http(answer))

    def peer(self, answer) -> None:
        self.sources.append("p2p://" + self.world.tcp(answer))

    def _answer(self, request) -> None:
        self.asked.append(request.path)
        if request.path == RECORD:
            self.host(request)
        elif request.path == STATUS and self.statuses:
            content(json.dumps(self.statuses[-1]).encode())(request)
        elif request.path.startswith(STATUS + "/") and int(request.path.rpartition("/")[2]) < len(self.statuses):
            content(json.dumps(self.statuses[int(request.path.rpartition("/")[2])]).encode())(request)
        else:
            content(b"", 404)(request)


def _height(block_hash: str | None) -> int | None:
    hashes = [Header(octets).hash for octets in LONG]
    return hashes.index(block_hash) if block_hash in hashes else None


def honest() -> None:
    with Trial("every kind of source") as trial:
        trial.relay()
        trial.rest(worlds.rest(CHAIN))
        trial.peer(worlds.peer(CHAIN))
        made = trial.ask("VERIFIED", sources=[(True, 140, None)] * 3)
        assert made["evidence"]["tip_hash"] == TIP, made
        trial.ask("REJECTED", "MDT_PIN", pins=["00" * 32])
        trial.ask("UNPINNED", "MDT_UNPINNED", pins=[])
        trial.ask("UNKNOWN", "MDT_SOURCE", url=SITE + "/elsewhere")
    with Trial("one that has less") as trial:
        trial.peer(worlds.peer(CHAIN[:100]))
        trial.relay(worlds.relay(CHAIN, 1))
        trial.ask("VERIFIED", sources=[(False, 99, None), (True, 140, None)])
    with Trial("a source that is alone") as trial:
        for add, kind in ((trial.rest, worlds.rest), (trial.peer, worlds.peer), (trial.relay, worlds.relay)):
            trial.sources.clear()
            add(kind(CHAIN))
            trial.ask("VERIFIED", sources=[(True, 140, None)])
    with Trial("a checkpoint above the record") as trial:
        for add, kind in ((trial.rest, worlds.rest), (trial.relay, worlds.relay)):
            trial.sources.clear()
            trial.peer(worlds.peer(LONG))
            add(kind(LONG))
            trial.ask("VERIFIED", vector=ABOVE, sources=[(True, 171, None)] * 2)
        trial.sources.pop()
        trial.ask("UNKNOWN", "MDT_SOURCE", vector=ABOVE, sources=[(True, 171, None)])


def hosts() -> None:
    bomb = gzip.compress(bytes(200_000_000))
    octets = canonical(SHOWN["hosted"])
    right = {
        "gzip": content(gzip.compress(octets), Content_Encoding="gzip"),
        "spaces": content(octets.ljust(1 << 20)),
        "chunks": _chunked(f"{len(octets):x}".encode(), octets + b"\r\n0\r\n\r\n"),
    }
    wrong = {
        "404": (content(octets, 404), "UNKNOWN", "MDT_SOURCE"),
        "redirect": (content(b"", 302, Location=SITE + RECORD), "UNKNOWN", "MDT_SOURCE"),
        "206": (content(octets, 206), "UNKNOWN", "MDT_SOURCE"),
        "bomb": (content(bomb, Content_Encoding="gzip"), "REJECTED", "MDT_DOCUMENT_TOO_LARGE"),
        "an octet too much": (content(octets.ljust((1 << 20) + 1)), "REJECTED", "MDT_DOCUMENT_TOO_LARGE"),
        "cut": (content(octets[:-9], Content_Length=str(len(octets))), "UNKNOWN", "MDT_SOURCE"),
        "cut gzip": (content(gzip.compress(octets)[:-9], Content_Encoding="gzip"), "UNKNOWN", "MDT_SOURCE"),
        "slow": (_slow(octets), "UNKNOWN", "MDT_SOURCE"),
        "slow fields": (_slow(b""), "UNKNOWN", "MDT_SOURCE"),
        "a chunk of -1": (_chunked(b"-1", bytes(1 << 24)), "UNKNOWN", "MDT_SOURCE"),
        "no HTTP": (lambda request: request.wfile.write(b"SSH-2.0\r\n"), "UNKNOWN", "MDT_SOURCE"),
        "no JSON": (content(b"<html>"), "REJECTED", "MDT_NOT_JSON"),
    }
    with Trial("host") as trial:
        trial.relay()
        for name, host in right.items():
            trial._name, trial.host = f"host: {name}", host
            trial.ask("VERIFIED")
        for name, (host, verdict, code) in wrong.items():
            trial._name, trial.host = f"host: {name}", host
            trial.ask(verdict, code, sources=[(True, 140, None)])
        trial.ask("UNKNOWN", "MDT_SOURCE", url="http://192.0.2.1/record")


def sources() -> None:
    gone = "127.0.0.1:1"
    forged = bytearray(CHAIN[-1])
    forged[76] ^= 1
    while int(Header(bytes(forged)).hash, 16) < 1 << 255:
        forged[77] += 1
    lies = {
        "MDT_POW": ([*CHAIN[:-1], bytes(forged)], 139),
        "MDT_HEADER_LINK": ([*CHAIN[:120], *CHAIN[121:]], 119),
        "MDT_WRONG_CHAIN": ([GENESIS, *CHAIN[5:]], None),
        "MDT_HEADER_FORMAT": ([*CHAIN[:-1], CHAIN[-1][:79]], 139),
    }
    for code, (chain, height) in lies.items():
        shown = chain if code != "MDT_HEADER_FORMAT" else CHAIN
        with Trial(code) as trial:
            trial.relay(lambda _request, _context: worlds.headers_response(chain[1:]))
            trial.peer(lambda request: _peer_once(request, worlds.headers_message(shown[1:])))
            trial.relay()
            kinds = [(False, height, code), (False, height, code), (True, 140, None)]
            trial.ask("VERIFIED", sources=kinds if code != "MDT_HEADER_FORMAT" else [kinds[0], *[kinds[2]] * 2])
    failing = {
        "gone": lambda trial: trial.sources.extend([f"grpc://{gone}", f"http://{gone}", f"p2p://{gone}"]),
        "far": lambda trial: trial.sources.extend(["grpc://192.0.2.1:1", "http://192.0.2.1", "ftp://x", "what"]),
        "error": lambda trial: trial.relay(lambda _request, context: context.abort(grpc.StatusCode.UNAVAILABLE, "")),
        "silence": lambda trial: (
            trial.peer(lambda _: time.sleep(2 * PATIENCE)),
            trial.rest(lambda _: time.sleep(2 * PATIENCE)),
            trial.relay(lambda *_: time.sleep(2 * PATIENCE)),
        ),
        "slow": lambda trial: trial.rest(_slow(b"".join(CHAIN))),
        "magic": lambda trial: trial.peer(
            lambda request: worlds.send(request, "version", bytes(86), magic=b"\xf9\xbe\xb4\xd9")
        ),
        "checksum": lambda trial: trial.peer(lambda request: worlds.send(request, "version", bytes(86), flaw=1)),
        "large": lambda trial: trial.relay(lambda *_: bytes([18, 128, 128, 128, 8]) + bytes(1 << 24)),
        "bomb": lambda trial: trial.relay(
            lambda *_: bytes([90, 128, 128, 128, 8]) + bytes(1 << 24), compression=grpc.Compression.Gzip
        ),
        "no message": lambda trial: trial.relay(lambda *_: b"\x0f\xff"),
        "long": lambda trial: trial.peer(
            lambda request: request.wfile.write(worlds.MAGIC + b"version".ljust(12, b"\0") + b"\xff" * 8)
        ),
        "pings": lambda trial: trial.peer(_pings),
        "404": lambda trial: trial.rest(content(b"", 404)),
        "empty": lambda trial: trial.rest(content(b"")),
        "hangs up": lambda trial: trial.peer(lambda _: None),
        "REST without end": lambda trial: trial.rest(content(bytes(1 << 20))),
    }
    for name, add in failing.items():
        with Trial(f"source: {name}") as trial:
            add(trial)
            bad = [(False, None, "MDT_WRONG_CHAIN" if name == "empty" else "MDT_SOURCE")] * len(trial.sources)
            trial.ask("UNKNOWN", "MDT_SOURCE", sources=bad)
            trial.relay()
            trial.ask("VERIFIED", sources=[*bad, (True, 140, None)])
    with Trial("stands still") as trial:
        trial.relay(lambda request, context: _stopping(request, context))
        trial.ask("UNKNOWN", "MDT_SOURCE", sources=[(True, 100, "MDT_SOURCE")])
        trial.relay()
        trial.ask("VERIFIED", sources=[(False, 100, "MDT_SOURCE"), (True, 140, None)])
    with Trial("repetition") as trial:
        trial.relay(lambda *_: worlds.headers_response(CHAIN[1:50]))
        trial.ask("UNKNOWN", "MDT_SOURCE", sources=[(True, 49, None)])
        trial.relay()
        trial.ask("VERIFIED", sources=[(False, 49, None), (True, 140, None)])


def memory() -> None:
    with Trial("memory") as trial:
        trial.relay(worlds.relay(LONG))
        trial.rest(worlds.rest(LONG))
        late = {"now": RETIRED["now"], "memory": "m"}
        trial.ask("VERIFIED", **late)
        trial.host = content(canonical(STRANGE["hosted"]))
        trial.ask("UNKNOWN", "MDT_SOURCE", **late)
        trial.ask("REJECTED", "MDT_SIGNATURE", now=RETIRED["now"])
        trial.host = content(canonical(ALTERED["hosted"]))
        trial.ask("ALTERED", "MDT_ALTERED", **late)
        trial.host = content(b"[]")
        trial.ask("UNKNOWN", "MDT_SOURCE", **late)
        trial.host = content(canonical(SUCCEEDED["hosted"]))
        trial.ask("VERIFIED", sources=[(True, 171, None)] * 2, **late)
        trial.host = content(canonical(SHOWN["hosted"]))
        trial.ask("UNKNOWN", "MDT_SOURCE", **late)
        trial.ask("VERIFIED", now=RETIRED["now"])
        trial.host, trial.sources = content(canonical(SUCCEEDED["hosted"])), ["grpc://127.0.0.1:1"]
        trial.ask("UNKNOWN", "MDT_SOURCE", sources=[(False, None, "MDT_SOURCE")], **late)
        trial.ask("UNKNOWN", "MDT_SOURCE", now=RETIRED["now"], memory="other")
        trial.ask("UNKNOWN", "MDT_SOURCE", vector=ABOVE, now=RETIRED["now"], memory="other")
        trial.ask("UNKNOWN", "MDT_SOURCE", vector=ABOVE, **late)


def canary() -> None:
    known = {"canary": {"known": []}}
    with Trial("canary") as trial:
        trial.relay()
        trial.statuses = ALIVE["statuses"]
        trial.ask("ACTIVE", vector=ALIVE, **known)
        trial.ask("ACTIVE", vector=ALIVE, memory="c", **known)
        trial.ask("ACTIVE", vector=ALIVE, memory="c", **known)
        assert trial.asked == [RECORD, STATUS], trial.asked
        trial.statuses = []
        trial.ask("UNKNOWN", "MDT_SOURCE", vector=ALIVE, **known)
        trial.ask("ACTIVE", vector=ALIVE, memory="c", **known)
        trial.statuses = MISSING["statuses"]
        trial.ask("TRIPPED", "MDT_STATUS_CODE", vector=MISSING, memory="d", **known)
        trial.statuses = ALIVE["statuses"][:1]
        trial.ask("TRIPPED", "MDT_STATUS_CODE", vector=MISSING, memory="d", **known)
        trial.ask("ACTIVE", vector=ALIVE, **known)


def _chunked(size: bytes, octets: bytes):
    fields = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = fields + size + b"\r\n" + octets
    return lambda request: request.wfile.write(answer)


def _slow(octets: bytes):
    """Octet by octet: the content, or fields without end."""

    def answer(request) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\n" + (b"\r\n" if octets else b""))
        for octet in octets or b"X: y\r\n" * 1000:
            request.wfile.write(bytes([octet]))
            time.sleep(0.05)

    return answer


def _stopping(request: bytes, context: grpc.ServicerContext) -> bytes:
    """A relay that gives a hundred headers, and then nothing at all."""
    last = next(value for number, _, value in wire._fields(request) if number == 1)
    if last.hex() == Header(CHAIN[100]).hash:
        time.sleep(2 * PATIENCE)
    return HONEST(request, context)


def _peer_once(request, headers: bytes) -> None:
    worlds.receive(request)
    worlds.send(request, "version", bytes(86))
    worlds.send(request, "verack", b"")
    worlds.receive(request), worlds.receive(request)
    worlds.send(request, "headers", headers)


def _pings(request) -> None:
    while True:
        worlds.send(request, "ping", b"12345678")


def main() -> int:
    for trials in (honest, hosts, sources, memory, canary):
        trials()
    print(f"trials {Trial.ran}")
    return 1 if Trial.failed else 0


if __name__ == "__main__":
    sys.exit(main())
