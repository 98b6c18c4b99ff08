"""A worker that knows this app too: `python -m quarterdeck.core.tests.background POLL [idle]`."""

import logging
import sys
from datetime import timedelta

import django
from django.conf import settings

settings.INSTALLED_APPS.append("quarterdeck.core.tests.background")
django.setup()

# Jobs need the apps to be loaded.
from quarterdeck.core.jobs import run_worker  # noqa: E402 - see the line above

logging.basicConfig(level=logging.INFO)
run_worker(poll=timedelta(seconds=float(sys.argv[1])), until_idle="idle" in sys.argv)
