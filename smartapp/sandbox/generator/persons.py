"""Person resources: the same human being across registrations."""

from typing import Any

from smartapp.sandbox.generator.datatypes import present, reference
from smartapp.sandbox.generator.people import PEOPLE, address, birth_date, mrn, phone
from smartapp.sandbox.generator.world import World

MERGED_PERSON = "41199002"


def _person(world: World, slug: str, key: str, **more: Any) -> None:
    who = PEOPLE[slug]
    elements = {
        "identifier": [mrn(world, f"00{key[-5:]}")],
        "name": [
            {
                "use": "official",
                "text": who.name,
                "family": who.family.upper(),
                "given": who.given.split(" "),
            }
        ],
        "telecom": [phone("8165550112")],
        "gender": who.gender,
        "birthDate": birth_date(world, who.born),
        "address": [address("112 Linden Street", "Kansas City", "64111")],
        "active": True,
        "link": [{"target": reference(f"Patient/{who.id}", who.name), "assurance": "level3"}],
        **more,
    }
    resource = {"resourceType": "Person", "id": key, **present(**elements)}
    world.add(resource, world.ago(days=100), "10")


def tell(world: World) -> None:
    """Write a person for some patients, and one that was merged into another."""
    for slug in ("healthy", "heart-failure", "newborn", "cjk"):
        _person(world, slug, PEOPLE[slug].id)
    survivor = [{"target": reference(f"Person/{PEOPLE['heart-failure'].id}")}]
    _person(world, "merged", MERGED_PERSON, active=False, link=survivor)
