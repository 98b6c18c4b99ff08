"""A mail server in a process of its own, which speaks SMTP and writes down what it takes.

`python -m quarterdeck.office.tests.mail_server FOLDER` prints its port. It refuses recipients that
begin with `nobody` for good, and those that begin with `later` for now.
"""

import asyncio
import socket
import sys
from email.message import Message
from pathlib import Path

from aiosmtpd.controller import UnthreadedController
from aiosmtpd.handlers import Message as Handler
from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox(Handler):
    """Writes every mail into a folder, in the order in which they come."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    async def handle_RCPT(  # noqa: N802 — aiosmtpd names and calls it so
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Say which recipients there are."""
        if address.startswith("nobody"):
            return "550 5.1.1 There is nobody of that name"
        if address.startswith("later"):
            return "451 4.3.0 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def handle_message(self, message: Message) -> None:
        """Keep a mail."""
        number = len(list(self.folder.iterdir()))
        (self.folder / f"{number}.eml").write_bytes(message.as_bytes())


def serve(folder: Path) -> None:
    """Serve until the process is told to leave."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    loop = asyncio.new_event_loop()
    controller = UnthreadedController(Mailbox(folder), hostname="127.0.0.1", port=port, loop=loop)
    controller.begin()  # type: ignore[no-untyped-call]  # aiosmtpd has no annotations there
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    loop.run_forever()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
