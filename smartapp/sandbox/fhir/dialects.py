"""The date dialects of the live server, one per parameter or family of parameters."""

from smartapp.sandbox.fhir.definition import DateRule

WINDOW = DateRule(says="once, or twice as a closed range of ge or gt and le or lt")
REPORTED = DateRule(
    says="once, or twice with time as a closed range of ge or gt and le or lt", time="in a pair"
)
DOCUMENT_PERIOD = DateRule(
    says="twice, with ge and lt, in the same precision", single="", pair=("ge", "lt"), time="alike"
)
PERFORMED = DateRule(
    says="once without prefix, once with prefix and time, or twice as a closed range with time",
    time="prefixed",
)
VISIT = DateRule(
    says="with ge, gt, le or lt and time, once or twice as a closed range",
    single="ge gt le lt",
    time="always",
)
VACCINATION = DateRule(
    says="with ge or le, once or twice, both with time or both without",
    single="ge le",
    pair=("ge", "le"),
    time="alike",
)
CLOSED = DateRule(
    says="twice, with ge and le, in the same precision", single="", pair=("ge", "le"), time="alike"
)
BOUNDS = DateRule(says="once, with ge", single="ge", pair=None)
LOWER = DateRule(says="once, with ge or gt", single="ge gt", pair=None)
LOWER_TIMED = DateRule(
    says="once, with ge or gt and time", single="ge gt", pair=None, time="always"
)
BOOKED = DateRule(
    says="once, or twice as a closed range", single="bare eq ge gt le lt", pair=("ge gt", "le lt")
)
SLOT_START = DateRule(
    says="twice, with ge and lt and time", single="", pair=("ge", "lt"), time="always"
)
RECEIVED = DateRule(
    says="with ge and time, or with ge and le and time",
    single="ge",
    pair=("ge", "le"),
    time="always",
)
BIRTH = DateRule(
    says="once, or as a range of ge and le, without time", pair=("ge", "le"), time="never"
)
ORDER_UPDATED = DateRule(
    says="with ge or le and time, once or as a range of ge and le",
    single="ge le",
    pair=("ge", "le"),
    time="always",
)
