"""curl and wget: one connection for each URL, with the tools' own words and statuses."""

from __future__ import annotations

import itertools
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from esxlab.sim.light.commands.links import bound
from esxlab.sim.light.commands.options import OptionError, Options, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from esxlab.sim.light.call import Call
    from esxlab.sim.light.network import Opened

URL = re.compile(r"(?:http://)?([^/:?#]+)(?::(\d+))?([^#]*)")
GLOB = re.compile(r"\[(\d+)-(\d+)\]")
ALTERNATIVES = re.compile(r"\{([^}]*)\}")
KERNEL_TIMEOUT_S = 127.0
"""SYN retries of Linux: what a connection without a limit of its own takes to time out."""
ARP_S = 3.0
NO_NAME, REFUSED, HTTP_ERROR, TIMED_OUT, BAD_USE = 6, 7, 22, 28, 2
BOOKWORM = 12
WGET_NETWORK, WGET_SERVER = 4, 8
NOT_FOUND_PAGE = """\
<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">
<html><head>
<title>404 Not Found</title>
</head><body>
<h1>Not Found</h1>
</body></html>
"""
WGET_LONG = {
    "quiet": "q",
    "output-document": "O",
    "timeout": "T",
    "tries": "t",
    "spider": "spider",
    "no-proxy": "n",
}


@dataclass(frozen=True, slots=True)
class Page:
    """What a request met: `problem` is the outcome when there was no page."""

    status: int = 0
    body: bytes = b""
    problem: str = ""
    server: str = ""


async def request(call: Call, host: str, port: int, path: str, *, limit_s: float, bind: str = "") -> Page:
    """One HTTP request of this machine; waits as long as the network makes it wait, at most `limit_s`."""
    world = call.machine.world
    world.settle()
    address = world.resolve(call.machine, host)
    if address is None:
        return Page(problem="no-name")
    source, oif = bound(bind)
    opened = world.open_tcp(call.machine, address, port, bind=source, oif=oif)
    if opened.outcome == "open":
        return _serve(call, opened, path)
    if opened.outcome in ("timeout", "unreachable"):
        patience = ARP_S if opened.outcome == "unreachable" else KERNEL_TIMEOUT_S
        call.flush()
        await world.clock.sleep(min(patience, limit_s))
        if patience >= limit_s:
            return Page(problem="timeout")
    return Page(problem=opened.outcome)


def _serve(call: Call, opened: Opened, path: str) -> Page:
    machine = call.machine.world.machines.get(opened.server)
    if machine is None:
        return Page(200, b"<html>the internet</html>\n")
    name = posixpath.normpath("/" + path.partition("?")[0].lstrip("/"))
    root = machine.processes.web.get(opened.port, "")
    where = root + ("" if name == "/" else name)
    node = machine.files.find(where) if root else None
    if node is not None and node.kind == "dir":
        node = machine.files.find(f"{where}/index.html")
    if node is None or node.kind != "file":
        return Page(404, NOT_FOUND_PAGE.encode(), server=machine.hostname)
    return Page(200, node.content, server=machine.hostname)


def globbed(url: str) -> Iterator[str]:
    """A URL's [1-20] and {a,b} written out."""
    if match := GLOB.search(url):
        for number in range(int(match[1]), int(match[2]) + 1):
            yield from globbed(url[: match.start()] + str(number) + url[match.end() :])
    elif match := ALTERNATIVES.search(url):
        for word in match[1].split(","):
            yield from globbed(url[: match.start()] + word + url[match.end() :])
    else:
        yield url


CURL_LONG = {
    "silent": "s", "show-error": "S", "fail": "f", "head": "I", "output": "o", "write-out": "w",
    "max-time": "m",
    "connect-timeout": "connect:", "http1.0": "0", "interface": "interface:", "verbose": "v", "location": "L",
    "no-keepalive": "K", "globoff": "g", "noproxy": "noproxy:", "header": "H", "retry": "retry:",
}  # fmt: skip


async def curl(call: Call) -> int:
    """`curl [-sSfIv0] [-m S] [--connect-timeout S] [-o FILE] [-w FORMAT] [--interface X] URL...`."""
    try:
        options = parse(call.args, "sSfIvkLg0o:w:m:H:A:", CURL_LONG)
    except OptionError as error:
        word = re.search(r"'(.+)'", str(error))
        call.fail(f"curl: option {word[1] if word else ''}: is unknown")
        return call.fail("curl: try 'curl --help' or 'curl --manual' for more information", BAD_USE)
    if wrong := _not_a_number(call, options):
        return call.fail(
            f"curl: option {wrong}: expected a proper numerical parameter\n"
            "curl: try 'curl --help' or 'curl --manual' for more information",
            BAD_USE,
        )
    if not options.rest:
        return call.fail(
            "curl: no URL specified!\ncurl: try 'curl --help' or 'curl --manual' for more information", 2
        )
    status = 0
    urls = itertools.chain.from_iterable(
        globbed(url) if "g" not in options else [url] for url in options.rest
    )
    outputs = options.found.get("o", [])
    for number, url in enumerate(urls):
        status = await _curl_one(
            call, options, url, outputs[min(number, len(outputs) - 1)] if outputs else ""
        )
    return status


def _not_a_number(call: Call, options: Options) -> str:
    """An option whose number the guest's language does not know; empty: none.

    curl before 7.87 reads numbers by strtod in the user's locale (tool_paramhlp.c, str2double): in French 0.5
    is 0,5. Debian 12 has 7.88.
    """
    spoken = next((v for n in ("LC_ALL", "LC_NUMERIC", "LANG") if (v := call.env.get(n))), "C")
    if call.machine.debian >= BOOKWORM or not spoken.startswith("fr"):
        return ""
    names = {"connect": "--connect-timeout", "m": "--max-time"}
    return next((name for key, name in names.items() if "." in options.get(key, "")), "")


async def _curl_one(call: Call, options: Options, url: str, output: str) -> int:
    match = URL.fullmatch(url)
    if match is None or "://" in url.removeprefix("http://"):
        return call.fail(f'curl: (1) Protocol "{url.partition(":")[0]}" not supported or disabled in libcurl')
    host, port = match[1], int(match[2] or 80)
    limit = min(float(options.get(key, "inf")) for key in ("m", "connect"))
    before = call.machine.world.clock.now()
    page = await request(call, host, port, match[3], limit_s=limit, bind=options.get("interface"))
    took = call.machine.world.clock.now() - before
    status = _curl_complaint(call, options, page, host=host, port=port, took=took)
    body = page.body
    if "I" in options and page.status:
        text = "OK" if page.status == 200 else "Not Found"  # noqa: PLR2004 - HTTP
        body = (f"HTTP/1.1 {page.status} {text}\r\nServer: Apache/2.4.25 (Debian)\r\n"
                f"Content-Length: {len(page.body)}\r\nContent-Type: text/html\r\n\r\n").encode()  # fmt: skip
    if output and output != "-":
        if output != "/dev/null" and not status:
            call.machine.files.write(call.path(output), body)
    elif not status:
        call.out += body
    if "w" in options:
        values = {"http_code": f"{page.status:03d}", "response_code": f"{page.status:03d}", "remote_ip": host,
                  "time_total": f"{took:.6f}", "size_download": str(len(body)),
                  "url_effective": url}  # fmt: skip
        text = re.sub(r"%\{(\w+)\}", lambda m: values.get(m[1], ""), options.get("w"))
        call.out += text.replace("\\n", "\n").replace("\\t", "\t").encode()
    return status


def _curl_complaint(call: Call, options: Options, page: Page, *, host: str, port: int, took: float) -> int:
    message, status = "", 0
    if page.problem == "no-name":
        message, status = f"Could not resolve host: {host}", NO_NAME
    elif page.problem == "timeout":
        message, status = f"Connection timed out after {took * 1000:.0f} milliseconds", TIMED_OUT
    elif page.problem:
        reasons = {"refused": "Connection refused", "unreachable": "No route to host",
                   "no-route": "Network is unreachable"}  # fmt: skip
        message, status = f"Failed to connect to {host} port {port}: {reasons[page.problem]}", REFUSED
    elif "f" in options and page.status >= 400:  # noqa: PLR2004 - HTTP
        message, status = f"The requested URL returned error: {page.status} Not Found", HTTP_ERROR
    if status and ("s" not in options or "S" in options):
        call.fail(f"curl: ({status}) {message}")
    return status


async def wget(call: Call) -> int:
    """`wget [-q] [-O FILE] [-T S] [-t N] [--spider] URL...`."""
    try:
        options = parse(call.args, "qO:T:t:S", WGET_LONG)
    except OptionError as error:
        return call.fail(f"wget: {error}\nUsage: wget [OPTION]... [URL]...\n\n"
                         "Try `wget --help' for more options.", BAD_USE)  # fmt: skip
    if not options.rest:
        return call.fail("wget: missing URL\nUsage: wget [OPTION]... [URL]...", 1)
    status = 0
    for url in options.rest:
        match = URL.fullmatch(url)
        host, port, path = (match[1], int(match[2] or 80), match[3]) if match else (url, 80, "/")
        page = Page(problem="timeout")
        for _ in range(max(1, min(20, int(options.get("t", "20"))))):
            page = await request(call, host, port, path, limit_s=float(options.get("T", "900")))
            if page.problem != "timeout":
                break
        status = _wget_end(call, options, page, host=host, port=port, path=path) or status
    return status


def _wget_end(call: Call, options: Options, page: Page, *, host: str, port: int, path: str) -> int:
    quiet = "q" in options
    reasons = {"refused": "Connection refused", "unreachable": "No route to host",
               "timeout": "Connection timed out",
               "no-route": "Network is unreachable"}  # fmt: skip
    if page.problem:
        if not quiet and page.problem == "no-name":
            call.fail(f"wget: unable to resolve host address '{host}'")
        elif not quiet:
            call.fail(f"Connecting to {host}:{port}... failed: {reasons[page.problem]}.")
        return WGET_NETWORK
    if page.status != 200:  # noqa: PLR2004 - HTTP
        if not quiet:
            call.fail(
                f"HTTP request sent, awaiting response... {page.status} Not Found\n"
                f"ERROR {page.status}: Not Found."
            )
        return WGET_SERVER
    target = options.get("O", posixpath.basename(path.partition("?")[0]) or "index.html")
    if "spider" in options:
        return 0
    if target == "-":
        call.out += page.body
    elif target != "/dev/null":
        call.machine.files.write(call.path(target), page.body)
    return 0
