"""One story a module; each writes one or several charts into the world."""

from collections.abc import Callable

from smartapp.sandbox.generator.stories import healthy, heart_failure, newborn
from smartapp.sandbox.generator.world import World

STORIES: tuple[Callable[[World], None], ...] = (
    heart_failure.tell,
    healthy.tell,
    newborn.tell,
)
