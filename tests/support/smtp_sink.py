"""A mail server for tests: takes mails into a maildir, or refuses by who the recipient is.

  smtp_sink.py DIR [--starttls CERT KEY | --tls CERT KEY] [--login USER PASSWORD]

Prints "PORT" on one line when it listens on 127.0.0.1, and ends when its standard input does.
busy@ is answered 451, refused@ 550, large@ 552 after the text, silent@ never. The file sessions in
DIR gets one line a connection.
"""
import asyncio
import os
import ssl
import sys

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP, AuthResult


class Sink(Mailbox):
    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        if name == "busy":
            return f"451 4.7.1 <{address}> greylisted, come again"
        if name == "refused":
            return f"550 5.1.1 <{address}>: no such person here"
        if name == "silent":
            await asyncio.sleep(3600)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if envelope.rcpt_tos[0].startswith("large@"):
            return "552 5.3.4 message too large"
        await asyncio.sleep(0.02)  # so that mails overlap
        return await super().handle_DATA(server, session, envelope)


class Counted(SMTP):
    open_now = 0
    most = 0

    def connection_made(self, transport):
        fresh = self.transport is None
        super().connection_made(transport)
        if fresh:
            Counted.open_now += 1
            Counted.most = max(Counted.most, Counted.open_now)
            with open(os.path.join(sys.argv[1], "sessions"), "a", encoding="ascii") as file:
                file.write(f"{Counted.open_now}\n")

    def connection_lost(self, error):
        Counted.open_now -= 1
        super().connection_lost(error)


def context_of(words, option):
    if option not in words:
        return None
    at = words.index(option)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(words[at + 1], words[at + 2])
    return context


def authenticator(words):
    if "--login" not in words:
        return None
    at = words.index("--login")
    expected = (words[at + 1].encode(), words[at + 2].encode())

    def check(server, session, envelope, mechanism, data):
        given = (getattr(data, "login", None), getattr(data, "password", None))
        return AuthResult(success=given == expected)

    return check


async def main(words):
    loop = asyncio.get_running_loop()
    handler = Sink(os.path.join(words[0], "mail"))
    check = authenticator(words)

    def protocol():
        return Counted(handler, hostname="sink.example", loop=loop,
                       tls_context=context_of(words, "--starttls"),
                       authenticator=check, auth_required=check is not None,
                       auth_require_tls=False)

    server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=context_of(words, "--tls"))
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    os._exit(0)


asyncio.run(main(sys.argv[1:]))
