"""What can be done with a row beyond typing: each act is declared once, beside its record.

Pages, lists and programs find it by its name there, with the verb that does it, whom it is for, and
what it asks, which the verb's own signature says.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from inspect import Parameter, signature, unwrap
from types import NoneType
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

from django.db import models

from quarterdeck.core.permission import User

Options = Callable[[], Sequence[tuple[Any, str]]]

_GIVEN_BY_THE_DOOR = {"version", "actor", "at"}


class Asked(NamedTuple):
    """One thing that an act asks: a parameter of its verb, its type, and whether it may be left
    out, be nothing, or be many of that type."""

    name: str
    kind: type
    is_needed: bool
    may_be_nothing: bool
    is_many: bool = False


@dataclass(frozen=True)
class RecordAct:
    """One act on one row: its word in addresses, its title, its verb, and to whom it is open.

    `run` takes the row as its first parameter and `actor` and `at`; where it takes a `version` too,
    whoever acts says which one they saw. Its other parameters are asked for. One that bears the
    name of a column means that column; of the others, `says` tells what they mean and `longest` how
    many characters they may have. `options` gives what may be chosen for a value; where it gives
    nothing, any text is taken. `makes` names the noun of the new row that the verb returns, which
    is then what programs are answered with. `warns` says of the row and of what was asked what the
    act has left undone, such as a name that leads to nobody; nothing where all of it was done.
    """

    name: str
    title: str
    run: Callable[..., Any]
    may: Callable[[User, Any], bool]
    says: Mapping[str, str] = field(default_factory=dict)
    longest: Mapping[str, int] = field(default_factory=dict)
    options: Mapping[str, Options] = field(default_factory=dict)
    makes: type[models.Model] | None = None
    warns: Callable[[Any, Mapping[str, Any]], str] | None = None

    @cached_property
    def noun(self) -> str:
        """What the verb calls the row."""
        return next(iter(signature(self.run).parameters))

    @cached_property
    def takes_version(self) -> bool:
        """Whether the verb asks which version of the row was seen."""
        return "version" in signature(self.run).parameters

    @cached_property
    def asks(self) -> tuple[Asked, ...]:
        """What whoever acts has to say, in the order of the verb."""
        hints = get_type_hints(unwrap(self.run))
        left_out = _GIVEN_BY_THE_DOOR | {self.noun}
        return tuple(
            _asked(each, hints[name])
            for name, each in signature(self.run).parameters.items()
            if name not in left_out
        )


def _asked(parameter: Parameter, hint: Any) -> Asked:
    is_many = get_origin(hint) is Sequence
    kinds = [each for each in get_args(hint) or (hint,) if each is not NoneType]
    if len(kinds) != 1 or not isinstance(kinds[0], type):
        raise TypeError(f"An act asks for {parameter.name}, which is no single kind: {hint}.")
    is_needed = parameter.default is Parameter.empty
    may_be_nothing = NoneType in get_args(hint)
    return Asked(parameter.name, kinds[0], is_needed, may_be_nothing, is_many)
