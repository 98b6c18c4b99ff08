"""The product's settings, with the addresses of the floors beside its own."""

from quarterdeck.config.settings import *  # noqa: F403 — all of them, whatever they are

ROOT_URLCONF = "bench.floors"
