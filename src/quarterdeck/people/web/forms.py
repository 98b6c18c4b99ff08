"""What a person fills in about drafts, records of drafts, and measures of success."""

from typing import Any

from django import forms

from quarterdeck.core.measures import all_measures
from quarterdeck.people.models import DraftedRecord, JobClass, JobDraft, JobFamily
from quarterdeck.people.queries.fields import PARENTS, PayloadField, Shape, fields_of
from quarterdeck.people.vocabulary import DraftState, RecordKind
from quarterdeck.ui.time_inputs import day_input

_LONG = forms.Textarea(attrs={"rows": 4})
_DAY = day_input()
# What the further fields of a record are called in its form, before their own names.
FURTHER = "of-"


class ImportForm(forms.Form):
    """The document, and the class that it describes if that is known already."""

    file = forms.FileField(
        label="Document", help_text="Plain text, HTML, Word (DOCX) or PDF with text in it."
    )
    job_class = forms.ModelChoiceField(
        JobClass.objects.order_by("title"),
        label="New version of",
        required=False,
        empty_label="A class that is not here yet",
    )


class WritingForm(forms.Form):
    """What a description is called that begins without a document."""

    title = forms.CharField(label="Title of the class", max_length=200)


class TemplateForm(forms.Form):
    """Where the suggestions of a template go: into a new draft, or into one in review."""

    draft = forms.ModelChoiceField(
        JobDraft.objects.none(), label="Into", required=False, empty_label="A new class"
    )
    title = forms.CharField(label="Title of the new class", max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = JobDraft.objects.filter(state=DraftState.IN_REVIEW).exclude(kind="template")
        self.fields["draft"].queryset = waiting.order_by("title")  # type: ignore[attr-defined]  # a choice among rows has it


class ApprovalForm(forms.Form):
    """Where the class belongs, from when its version holds, and what the history says of it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    family = forms.CharField(
        label="Job family",
        max_length=200,
        widget=forms.TextInput(attrs={"list": "families", "autocomplete": "off"}),
    )
    title = forms.CharField(label="Title of the class", max_length=200)
    code = forms.CharField(label="Class code", max_length=64, required=False)
    series_order = forms.IntegerField(
        label="Place in the family",
        min_value=1,
        max_value=999,
        initial=1,
        help_text="From 1, the lowest class first.",
    )
    effective_on = forms.DateField(label="Holds from", widget=_DAY)
    change_note = forms.CharField(
        label="Line for the history of the class", max_length=500, required=False
    )

    def __init__(self, *args: Any, job_class: JobClass | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if job_class is not None:
            for name in ("family", "title", "code", "series_order"):
                del self.fields[name]

    @property
    def families(self) -> list[str]:
        """The families that there are, to choose from while typing."""
        return list(JobFamily.objects.order_by("name").values_list("name", flat=True))


class LinkForm(forms.Form):
    """Which measure computes a measure of success, or why none does."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    measure = forms.ChoiceField(label="Computed by", required=False)
    reason = forms.CharField(label="What is missing", max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(each.key, f"{each.title} ({each.key})") for each in all_measures()]
        self.fields["measure"].choices = [("", "Not yet computable"), *known]  # type: ignore[attr-defined]  # a choice field has them


class SplitForm(forms.Form):
    """The parts of a record, a line each."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    parts = forms.CharField(
        label="Parts, each on a line of its own", widget=forms.Textarea(attrs={"rows": 6})
    )


class RecordForm(forms.Form):
    """A drafted record: its text, its further fields, and what it hangs on."""

    text = forms.CharField(label="Text", widget=_LONG)

    def __init__(self, *args: Any, kind: str, draft: JobDraft, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.draft = kind, draft
        wanted = PARENTS.get(RecordKind(kind))
        if wanted is not None:
            self.fields["parent"] = forms.ModelChoiceField(
                draft.records.filter(kind=wanted).kept().in_order(),
                label=f"Under ({wanted.label.lower()})",
                required=kind == RecordKind.ANCHOR,
            )
        levels = draft.records.filter(kind=RecordKind.LEVEL).kept().in_order()
        names = [str(each.payload.get("name") or each.text) for each in levels]
        for each in fields_of(kind):
            if each.shape is not Shape.LEVEL or names:
                self.fields[f"{FURTHER}{each.name}"] = _field(each, names)

    @property
    def payload(self) -> dict[str, Any]:
        """What was typed into the further fields, as it is stored."""
        return {
            each.name: _stored(each, self.cleaned_data[f"{FURTHER}{each.name}"])
            for each in fields_of(self.kind)
            if f"{FURTHER}{each.name}" in self.cleaned_data
        }

    @property
    def parent(self) -> DraftedRecord | None:
        """What it hangs on."""
        return self.cleaned_data.get("parent")

    @staticmethod
    def initial_of(record: DraftedRecord) -> dict[str, Any]:
        """Return what a record holds, as the form shows it."""
        shown = {
            f"{FURTHER}{each.name}": _shown(record.payload.get(each.name))
            for each in fields_of(record.kind)
        }
        return {"text": record.text, "parent": record.parent_id, **shown}


def _field(field: PayloadField, levels: list[str]) -> forms.Field:
    ways: dict[str, Any] = {"label": field.title, "required": field.is_required}
    if field.shape is Shape.TRUTH:
        return forms.BooleanField(label=field.title, required=False)
    if field.shape in {Shape.WORD, Shape.LEVEL}:
        nothing = "All levels" if field.shape is Shape.LEVEL else "—"
        words = field.choices or tuple((name, name) for name in levels)
        choices = words if field.is_required else (("", nothing), *words)
        return forms.ChoiceField(choices=choices, **ways)
    if field.shape is Shape.NUMBER:
        return forms.DecimalField(max_digits=16, decimal_places=4, **ways)
    if field.shape is Shape.DAY:
        return forms.DateField(widget=_DAY, **ways)
    help_text = "Parted by semicolons." if field.shape is Shape.LIST else ""
    return forms.CharField(max_length=500, help_text=help_text, **ways)


def _stored(field: PayloadField, value: Any) -> Any:
    if field.shape is Shape.LIST:
        return [part.strip() for part in str(value).split(";") if part.strip()]
    if field.shape is Shape.NUMBER:
        return None if value is None else _number(value)
    return value.isoformat() if field.shape is Shape.DAY and value else value


def _number(value: Any) -> int | float:
    """JSON keeps whole numbers whole; others have few places and survive as they are."""
    return int(value) if value == value.to_integral_value() else float(value)


def _shown(value: Any) -> Any:
    return "; ".join(map(str, value)) if isinstance(value, list) else value
