"""The kinds of mail that the product sends, as the apps register them: their built-in words, what a
wording may name, and how freely the reader chooses when it comes."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import User, only_asks
from quarterdeck.office.vocabulary import MailTiming

# A value, or what finds it out where a wording names it.
Fact = str | Callable[[], str]
Facts = Mapping[str, Fact]

FREELY = (MailTiming.AT_ONCE, MailTiming.DIGEST, MailTiming.NEVER)
NEVER_OMITTED = (MailTiming.AT_ONCE, MailTiming.DIGEST)
ALWAYS = (MailTiming.AT_ONCE,)


@dataclass(frozen=True)
class Placeholder:
    """What a wording may name: its name, what it stands for, an example of it.

    What is needed may not be missing from the text: without it the mail would be of no use.
    """

    name: str
    meaning: str
    sample: str
    is_needed: bool = False


@dataclass(frozen=True)
class MailKind:
    """A kind of mail: to whom it goes, what it says unless the organisation words it otherwise.

    `timings` are those that a reader may choose from. `about` names the registered things that its
    letters are about, by which it is found out who may still read them. Whoever only asks gets none
    that `is_for_staff`.
    """

    key: str
    title: str
    reader: str
    subject: str
    text: str
    placeholders: tuple[Placeholder, ...]
    timings: tuple[MailTiming, ...] = FREELY
    about: str = ""
    is_for_staff: bool = False

    @property
    def is_optional(self) -> bool:
        """Whether a reader has a choice at all."""
        return len(self.timings) > 1

    @property
    def names(self) -> tuple[str, ...]:
        """What a wording of this kind may name."""
        return tuple(each.name for each in self.placeholders)

    @property
    def samples(self) -> dict[str, str]:
        """An example of each placeholder."""
        return {each.name: each.sample for each in self.placeholders}


@dataclass(frozen=True)
class MailSubject:
    """What letters are about: which of them an account may see, and facts to try a wording.

    `seen(account, keys)` gives those keys that an account may see now: it is asked when a digest is
    sent or notices are read, once for all of them. `find(account, typed)` gives the facts of what
    somebody names whose words are tried, or None where they may see no such thing. `path(key)` is
    where it is read.
    """

    key: str
    title: str
    seen: Callable[[Account, Collection[str]], Collection[str]]
    path: Callable[[str], str]
    find: Callable[[Account, str], Facts | None] | None = None


_kinds: dict[str, MailKind] = {}
_subjects: dict[str, MailSubject] = {}


def register_mail_kinds(*kinds: MailKind) -> None:
    """Let mails of these kinds be sent; ValueError where another one has a key."""
    for kind in kinds:
        if _kinds.setdefault(kind.key, kind) != kind:
            raise ValueError(f"The kind of mail {kind.key} is registered twice.")


def register_mail_subjects(*subjects: MailSubject) -> None:
    """Let mails be about these things; ValueError where another one has a key."""
    for subject in subjects:
        if _subjects.setdefault(subject.key, subject) != subject:
            raise ValueError(f"The subject of mails {subject.key} is registered twice.")


def all_mail_kinds() -> tuple[MailKind, ...]:
    """Return every registered kind, those of one reader together."""
    return tuple(sorted(_kinds.values(), key=lambda each: (each.reader, each.title)))


def kinds_wished_by(user: User) -> tuple[MailKind, ...]:
    """Return the kinds of which a reader chooses when they come: those that reach such a reader."""
    asks = only_asks(user)
    return tuple(
        kind for kind in all_mail_kinds() if kind.is_optional and not (asks and kind.is_for_staff)
    )


def mail_kind(key: str) -> MailKind:
    """Return the kind of that key; Refused where no app registers it."""
    if key not in _kinds:
        raise Refused(f"There is no kind of mail “{key}”.")
    return _kinds[key]


def mail_subject(key: str) -> MailSubject | None:
    """Return what letters are about that name `key`, such as `ticket` or `ticket:17`."""
    return _subjects.get(key.partition(":")[0])
