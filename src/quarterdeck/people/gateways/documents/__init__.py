"""Opens a job description of any usual format as a source for the kernel `jobtext`.

The file is a stranger's: it is opened in a process of its own with limits on time, memory and
answer, which reaches no network and writes nothing.
"""

from quarterdeck.people.gateways.documents.containers import UnreadableDocument
from quarterdeck.people.gateways.documents.opening import open_document

__all__ = ["UnreadableDocument", "open_document"]
