"""A mail server's handler that keeps a mail at once and takes its time to say so: a kill that falls in
between leaves the sender not knowing, which is what is to be tried."""
import asyncio
import random

from aiosmtpd.handlers import Mailbox


class SlowMailbox(Mailbox):
    async def handle_DATA(self, server, session, envelope):
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(random.choice((0, 0.02, 0.1)))
        return answer
