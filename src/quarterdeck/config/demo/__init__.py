"""The demo department: the IT department of a town that does not exist, with two years of work.

People, places and events are invented. Everything comes in through the verbs and the import that
users have, and the same seed and time give the same history.
"""

from quarterdeck.config.demo.first_view import take_first_readings
from quarterdeck.config.demo.load import DemoSignIn, load_demo

__all__ = ["DemoSignIn", "load_demo", "take_first_readings"]
