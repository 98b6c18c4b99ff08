"""Rows by many keys at once."""

import pytest
from django.contrib.contenttypes.models import ContentType

from quarterdeck.core.database import Among

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("others", [0, 40_000])
def test_rows_of_any_number_of_keys_are_found(others: int) -> None:
    keys = list(ContentType.objects.order_by("pk").values_list("pk", flat=True)[1:3])

    # A list of 40,000 parameters would be more than SQLite takes.
    found = ContentType.objects.filter(Among("pk", [*range(-others, 0), *reversed(keys)]))

    assert sorted(found.values_list("pk", flat=True)) == keys


def test_of_no_keys_there_are_no_rows() -> None:
    assert list(ContentType.objects.filter(Among("pk", []))) == []
