"""One story a module; each writes one or several charts into the world."""

from collections.abc import Callable

from smartapp.sandbox.generator.stories import (
    cancer,
    children,
    elderly,
    healthy,
    heart_failure,
    identities,
    kidney,
    lungs,
    mind,
    pregnancy,
    surgery,
    workup,
)
from smartapp.sandbox.generator.world import World

STORIES: tuple[Callable[[World], None], ...] = (
    heart_failure.tell,
    kidney.tell,
    lungs.tell,
    pregnancy.tell,
    children.tell,
    surgery.tell,
    cancer.tell,
    mind.tell,
    elderly.tell,
    workup.tell,
    identities.tell,
    healthy.tell,
)
