"""The corpus served by the sandbox: each record is in its list and whole on its own page.

Nothing is sampled: every record of each of the 41 types is looked for in its list, by the form
where its list needs one, and opened; every value that it states must stand beside its element's
label on its page. What has no list on this server (types by id only, and records that lack the
elements by which their type is searched) is opened by its id. Types that the server does not serve
(ImagingStudy, Claim) have no page and are left out.
"""

import pytest

from tests.corpus.served_store import charts, needs_corpus, records, stated_in_files

pytestmark = [needs_corpus, pytest.mark.corpus]


def test_the_sandbox_serves_every_record_of_the_files():
    served = {key for chart in records().values() for key in chart}
    assert stated_in_files() - served == set()


@pytest.mark.parametrize("patient", charts())
async def test_every_record_of_a_chart_is_in_its_list_and_whole_on_its_page(patient, open_chart):
    chart = await open_chart(patient)
    wanted = records()[patient]
    await chart.summary()
    found = await chart.listed(wanted)
    assert [key for key in wanted if key not in found] == []
    assert await chart.untold(wanted) == {}
    assert chart.refused == []
