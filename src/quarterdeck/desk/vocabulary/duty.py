"""The words of who gets a ticket."""

from django.db import models

# Days far outside of these cannot be counted on from, nor told on the clocks of every zone.
YEARS = range(1970, 2200)


class Strategy(models.TextChoices):
    """How a ticket that comes into a team finds whoever works on it."""

    BY_HAND = "by_hand", "By hand"
    ROUND_ROBIN = "round_robin", "Round robin"
    LEAST_LOAD = "least_load", "Least load"


class SkillLevel(models.IntegerChoices):
    """How well somebody can do something."""

    LEARNING = 1, "Learning"
    ABLE = 2, "Able"
    EXPERT = 3, "Expert"
