"""A real SMTP server (aiosmtpd) that misbehaves as it is told.

Commands come as lines on standard input, what happens goes as JSON lines to standard output.
    accept            take every mail
    STAGE ACTION      from now on, at that stage (connect, ehlo, starttls, auth, mail, rcpt, data,
                      after): an SMTP code, `hang`, `close`, `garbage`, or `endless`: a line that
                      goes on and on
    refuse            stop listening, so that connections are refused; `accept` listens again
    echo NUMBER       change nothing; say the number, after all that was said before
Not for: anything but tests; it believes every sender.
"""

import argparse
import asyncio
import json
import logging
import ssl
import sys
from email import message_from_bytes

from aiosmtpd.smtp import SMTP, AuthResult

MODE = {}


def tell(**event):
    print(json.dumps(event), flush=True)


class Handler:
    async def handle_DATA(self, server, session, envelope):
        action = MODE.get("after")
        mail = message_from_bytes(envelope.content)
        tell(
            mail={
                "message_id": mail["Message-ID"],
                "from": envelope.mail_from,
                "to": envelope.rcpt_tos,
                "encrypted": server.transport.get_extra_info("ssl_object") is not None,
                "signed_in": bool(session.authenticated),
                "hello": session.host_name,
                "ascii": envelope.content.isascii(),
                "kept": action is None,
                "crlf": envelope.original_content.count(b"\n") == envelope.original_content.count(b"\r\n"),
            }
        )
        return "250 2.0.0 kept" if action is None else await server.misbehave("after")


class Server(SMTP):
    async def misbehave(self, stage, argument=""):
        """Does what the mode says for this stage; what is left to say, or None to go on."""
        action = MODE.get(stage)
        if action is None:
            return None
        tell(misbehaved=f"{stage} {action}")
        if action == "garbage":
            return "what is this"
        while action == "endless" and not self.transport.is_closing():
            self.transport.write(b"x" * 65536)
            await asyncio.sleep(0.002)
        if action in ("hang", "close", "endless"):
            if action == "close":
                self.transport.abort()
            # Ends when the connection does.
            await asyncio.sleep(3600)
        code, _, status = action.partition(" ")
        # Real servers repeat the address; nobody is to keep it.
        return f"{code} {status or '5.1.1'} {argument} is not for me"

    async def misbehaved(self, stage, argument=""):
        said = await self.misbehave(stage, argument)
        if said:
            await self.push(said)
        return said is not None

    async def _handle_client(self):
        if not await self.misbehaved("connect"):
            await super()._handle_client()

    async def smtp_EHLO(self, hostname):
        if not await self.misbehaved("ehlo"):
            await super().smtp_EHLO(hostname)

    async def smtp_STARTTLS(self, arg):
        if not await self.misbehaved("starttls"):
            await super().smtp_STARTTLS(arg)

    async def smtp_AUTH(self, arg):
        tell(auth=arg)
        if not await self.misbehaved("auth"):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg):
        if not await self.misbehaved("mail", arg):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg):
        if not await self.misbehaved("rcpt", arg):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg):
        if not await self.misbehaved("data"):
            await super().smtp_DATA(arg)


def authenticator(wanted):
    def check(server, session, envelope, mechanism, data):
        given = f"{data.login.decode()}:{data.password.decode()}"
        return AuthResult(success=given == wanted, handled=False)

    return check


async def main():
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    options = argparse.ArgumentParser()
    options.add_argument("--cert")
    options.add_argument("--key")
    options.add_argument("--starttls", action="store_true")
    options.add_argument("--smtps", action="store_true")
    options.add_argument("--auth", help="name:password")
    options = options.parse_args()

    context = None
    if options.cert:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.cert, options.key)
    arguments = {"enable_SMTPUTF8": False, "ident": "misbehaving"}
    if options.starttls:
        arguments["tls_context"] = context
    if options.auth:
        arguments |= {
            "authenticator": authenticator(options.auth),
            "auth_required": True,
            "auth_require_tls": options.starttls,
        }
    loop = asyncio.get_running_loop()

    async def listen(port):
        return await loop.create_server(
            lambda: Server(Handler(), **arguments),
            "127.0.0.1",
            port,
            ssl=context if options.smtps else None,
        )

    server = await listen(0)
    port = server.sockets[0].getsockname()[1]
    tell(listening=port)

    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := (await lines.readline()).decode().strip():
        if line.startswith("echo "):
            tell(echo=int(line.removeprefix("echo ")))
            continue
        MODE.clear()
        if line == "refuse":
            server.close()
            server = None
        else:
            if server is None:
                server = await listen(port)
            if line != "accept":
                stage, _, action = line.partition(" ")
                MODE[stage] = action
        tell(mode=line)


asyncio.run(main())
