"""What a list needs and lets one choose: a way's parameters, filters, dates; as a form."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from smartapp.chart.navigation import Reach
from smartapp.fhir.dates import text as date_text
from smartapp.gateway.dialects import Default, Need, Way

Params = dict[str, str | list[str]]

FROM, TO = "-from", "-to"
STATUS, FIND, WAY = "our-status", "our-text", "our-way"
# A closed pair of `ge` and `le` with a time is the one form that every date parameter takes.
PREFIXES = ("ge", "le")
_OURS = frozenset({Default.PATIENT, Default.ENCOUNTER})
EARLIEST, AHEAD = date(1900, 1, 1), timedelta(days=3650)


class Context:
    """Who asks: what the launch can give as defaults."""

    def __init__(self, zone: ZoneInfo, today: date, encounter: str = "", user: str = "") -> None:
        self.zone = zone
        self.today = today
        self.known = {Default.ENCOUNTER: encounter, Default.USER: user}


def is_period(need: Need) -> bool:
    return need.kind == "period"


def asked(way: Way) -> Iterator[Need]:
    """What a form shows of a way: the launch itself gives the patient."""
    return (need for need in way.needs if need.default is not Default.PATIENT)


def known(way: Way, context: Context) -> dict[str, str]:
    """What of a form can be filled in without asking anybody."""
    data: dict[str, str] = {}
    for need in asked(way):
        if is_period(need):
            before, after = need.days
            data[need.name + FROM] = (context.today + timedelta(days=before)).isoformat()
            data[need.name + TO] = (context.today + timedelta(days=after)).isoformat()
        elif value := need.value or context.known.get(need.default, ""):
            data[need.name] = value
    return data


def defaults(way: Way, context: Context) -> dict[str, str] | None:
    """Form data that needs nobody to type; None where something must be said first."""
    data = known(way, context)
    lacking = (n for n in asked(way) if n.required and not is_period(n) and n.name not in data)
    return None if any(lacking) else data


def first_way(reach: Reach, context: Context) -> tuple[int, dict[str, str]] | None:
    """The first way that is about this patient or visit and asks nobody, with its data.

    A directory of the whole hospital is never listed unasked.
    """
    for place, way in enumerate(reach.listing.ways):
        data = defaults(way, context)
        if data is not None and any(need.default in _OURS for need in way.needs):
            return place, data
    return None


class Ask(forms.Form):
    """The form above a list: the way's own parameters, then what narrows the list."""

    def __init__(self, reach: Reach, way: Way, context: Context, data: Mapping[str, str] | None):
        super().__init__(data, auto_id="ask-%s", initial=known(way, context))
        self.way = way
        self.context = context
        self.filters = reach.listing.filters
        self.date_param = reach.listing.date_param
        for need in asked(way):
            self._add(need)
        self.way_fields = tuple(self.fields)
        for name in self.filters:
            self.fields[name] = _token(name.replace("-", " ").capitalize(), required=False)
        if self.date_param:
            self._add_dates(self.date_param, self.date_param.replace("-", " "), required=False)
        self.fields[STATUS] = _token("Status as shown", required=False)
        self.fields[FIND] = forms.CharField(
            label="Contains", required=False, max_length=100, widget=_plain(type="search")
        )

    def _add(self, need: Need) -> None:
        if is_period(need):
            self._add_dates(need.name, need.title, required=need.required)
        elif need.choices:
            self.fields[need.name] = forms.ChoiceField(
                label=need.title, choices=[(one, one) for one in need.choices]
            )
        else:
            self.fields[need.name] = _token(need.title, required=need.required)

    def _add_dates(self, name: str, title: str, *, required: bool) -> None:
        for end, word in ((FROM, "from"), (TO, "to")):
            self.fields[name + end] = forms.DateField(
                label=f"{title.capitalize()} {word}",
                required=required,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in [key.removesuffix(FROM) for key in self.fields if key.endswith(FROM)]:
            start, end = given.get(name + FROM), given.get(name + TO)
            if start and end and start > end:
                self.add_error(name + TO, "This day lies before the first one.")
        return given

    def parameters(self) -> Params:
        """Search parameters to send; a period becomes a closed pair of moments."""
        given = self.cleaned_data
        names = [need.name for need in asked(self.way) if not is_period(need)]
        params: Params = {name: given[name] for name in (*names, *self.filters) if given.get(name)}
        for need in filter(is_period, asked(self.way)):
            params |= self._period(need.name, need.prefixes)
        if self.date_param:
            params |= self._period(self.date_param, PREFIXES)
        return params

    def _period(self, name: str, prefixes: tuple[str, str]) -> Params:
        start, end = self.cleaned_data.get(name + FROM), self.cleaned_data.get(name + TO)
        if not start and not end:
            return {}
        first = start or EARLIEST
        last = end or self.context.today + AHEAD
        zone = self.context.zone
        lower = datetime.combine(first, time.min, zone)
        upper = datetime.combine(last, time(23, 59, 59), zone)
        if prefixes[1] == "lt":
            upper = datetime.combine(last + timedelta(days=1), time.min, zone)
        return {name: [prefixes[0] + lower.isoformat(), prefixes[1] + upper.isoformat()]}

    def said(self, names: tuple[str, ...]) -> list[str]:
        """The choices in force among these fields, in words."""
        given = self.cleaned_data
        said = [(self.fields[name], given[name]) for name in names if given.get(name)]
        return [f"{field.label} “{_said(field, value)}”" for field, value in said]

    @property
    def narrowing(self) -> tuple[str, ...]:
        """The fields that narrow what the EHR sends, beside those that it demands."""
        return tuple(n for n in self.fields if n not in (*self.way_fields, STATUS, FIND))

    def offer(self, name: str, options: Mapping[str, str]) -> None:
        """Turn a text field into a choice of what the loaded records hold."""
        chosen = self[name].value() or ""
        if not options:
            return
        known = dict(options)
        known.setdefault(chosen, chosen)
        known.pop("", None)
        self.fields[name].widget = forms.Select(choices=[("", "All"), *known.items()])


def _said(field: forms.Field, value: Any) -> str:
    """A choice by its words, a day as a date."""
    if isinstance(value, date):
        return date_text(value.isoformat(), ZoneInfo("UTC"))
    options = dict(field.widget.choices) if isinstance(field.widget, forms.Select) else {}
    return str(options.get(value, value))


def _plain(**attributes: str) -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": "off", **attributes})


def _token(title: str, *, required: bool) -> forms.CharField:
    return forms.CharField(label=title, required=required, max_length=300, widget=_plain())
