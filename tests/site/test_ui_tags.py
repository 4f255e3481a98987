"""The components: each as a page would use it."""

import re
from datetime import timedelta

import pytest
from django.template import engines
from django.test import RequestFactory
from django.utils import timezone
from django.utils.translation import override

from qunlian.site import plots
from qunlian.site.addresses import changed, next_sort


def draw(source, path="/stores", **context):
    request = RequestFactory().get(path)
    with override("en"):
        return engines["django"].from_string("{% load ui %}" + source).render(context, request)


def test_a_column_head_sorts_by_the_url_and_keeps_the_filters():
    html = draw('{% th "Sales" sort="sales" first="down" %}', "/stores?state=live&after=9")
    assert 'href="?state=live&amp;sort=-sales"' in html
    assert 'aria-sort="none"' in html


def test_a_sorted_column_says_so_and_turns_round():
    html = draw('{% th "Sales" sort="sales" %}', "/stores?sort=-sales")
    assert 'aria-sort="descending"' in html
    assert 'href="?sort=sales"' in html


def test_a_column_without_sorting_has_no_link():
    assert "<a" not in draw('{% th "Group" %}')


def test_filters_in_force_become_chips_that_take_them_away():
    html = draw(
        '{% filter_bar %}{% filter_select "state" "State" states %}{% endfilter_bar %}',
        "/stores?state=live&q=tea&after=7",
        states=[("live", "Live"), ("lost", "Lost")],
    )
    assert '<option value="live" selected>' in html
    assert 'class="q-filter-chip" href="?q=tea"' in html
    assert html.count("q-filter-chip") == 1


def test_a_filter_with_an_unknown_value_makes_no_chip():
    html = draw(
        '{% filter_bar %}{% filter_select "state" "State" states %}{% endfilter_bar %}',
        "/stores?state=%3Cscript%3E",
        states=[("live", "Live")],
    )
    assert "q-filter-chip" not in html
    assert "<script>" not in html


def test_the_pager_goes_on_by_key_and_keeps_filters_and_sorting():
    html = draw("{% pager key %}", "/stores?state=live&sort=name&after=a", key="m|7")
    assert 'href="?state=live&amp;sort=name&amp;after=m%7C7"' in html
    assert 'href="?state=live&amp;sort=name">' in html


def test_no_pager_when_there_is_but_one_page():
    assert "<nav" not in draw("{% pager key %}", key=None)


def test_what_was_typed_comes_back_with_its_error_at_the_field():
    html = draw(
        '{% text_field "phone" "Phone" "13800001234" hint="eleven digits" %}',
        typed={"phone": "1380<b>"},
        errors={"phone": "Too short."},
    )
    assert 'value="1380&lt;b&gt;"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="error_phone hint_phone"' in html
    assert 'id="error_phone"' in html


def test_a_field_keeps_a_falsy_value():
    assert 'value="0"' in draw('{% text_field "n" "N" 0 %}')


def test_a_box_is_ticked_by_what_was_typed():
    assert "checked" in draw('{% check_field "a" "A" %}', typed={"a": "on"})
    assert "checked" not in draw('{% check_field "a" "A" checked=True %}', typed={"b": "on"})
    assert "checked" in draw('{% check_field "a" "A" checked=True %}')


def test_a_misnamed_keyword_is_an_error():
    with pytest.raises(TypeError, match="colour"):
        draw('{% stat "Orders" 3 colour="red" %}')


def test_a_tile_tells_the_direction_without_colour():
    html = draw('{% stat "Complaints" 12 change=change good="down" %}', change=-0.2)
    assert "#arrow-down" in html
    assert "q-tone-good" in html
    assert "\u221220.0%" in html


def test_a_running_meter_asks_again_and_a_finished_one_does_not():
    running = draw('{% progress "Load" 50 200 url="/p" cancel_url="/c" seconds_left=30 %}')
    assert 'hx-get="/p"' in running
    assert "150 left" in running
    assert 'value="25"' in running
    done = draw('{% progress "Load" 200 200 url="/p" state="done" %}')
    assert "hx-get" not in done


def test_a_meter_without_a_total_has_no_value():
    assert "value=" not in draw('{% progress "Load" 50 None %}').split("<progress")[1].split(">")[0]


def test_the_group_chip_counts_people():
    assert "1 person" in draw('{% group_chip "G" members=1 %}')
    assert "182 people" in draw('{% group_chip "G" members=182 %}')


def test_names_are_escaped():
    assert "<i>" not in draw(
        "{% person name %}{% store_chip name %}{% group_chip name %}", name="<i>x"
    )


def test_times_carry_the_full_moment():
    at = timezone.now() - timedelta(minutes=5)
    assert re.search(
        r'<time datetime="[^"]+\+08:00" title="[^"]+">5 minutes ago</time>',
        draw("{{ at|when }}", at=at),
    )
    assert draw("{{ at|when }}{{ fen|money }}", at=None, fen=None) == "——"


def test_a_confirm_names_what_it_hits_and_posts():
    html = draw('{% confirm "x" "Retire?" action="/r" button="Retire" %}182 people{% endconfirm %}')
    assert '<form method="post" action="/r">' in html
    assert "csrfmiddlewaretoken" in html
    assert "182 people" in html


def test_a_branch_fetches_its_inner_nodes_once():
    html = draw('{% tree_node "Zhejiang" children_url="/k" %}{% endtree_node %}')
    assert 'hx-get="/k"' in html
    leaf = draw('{% tree_node "Hangzhou" %}{% endtree_node %}')
    assert "<details" not in leaf


SPECS = [
    ({"kind": "line", "x": [1, 2], "series": [{"name": "a", "values": [3, 4], "low": [2, 3], "high": [4, 5]}],
      "guide": {"name": "g", "values": [9, 8]}}, 5, 2),
    ({"kind": "bar", "x": ["p"], "series": [{"name": "a", "values": [3]}, {"name": "b", "values": [4]}]}, 3, 1),
    ({"kind": "pie", "parts": [{"name": "a", "value": 1}, {"name": "b", "value": 3}]}, 3, 2),
    ({"kind": "scatter", "series": [{"name": "a", "points": [{"x": 1, "y": 2}]}]}, 4, 1),
    ({"kind": "tree", "root": {"name": "a", "children": [{"name": "b", "value": 2}]}}, 2, 2),
    ({"kind": "provinces", "places": [{"name": "浙江省", "value": 2}]}, 2, 1),
]  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "columns", "rows"), SPECS, ids=[spec[0]["kind"] for spec in SPECS]
)
def test_every_plot_has_its_table(spec, columns, rows):
    table = plots.plot_table(spec)
    assert len(table.heads) == columns
    assert len(table.rows) == rows
    assert all(len(row) == columns for row in table.rows)


def test_a_plot_carries_its_data_safely():
    spec = {"kind": "pie", "parts": [{"name": "</script><b>", "value": 1}]}
    html = draw('{% plot "p" spec "Parts" %}', spec=spec)
    assert "</script><b>" not in html
    assert 'id="p-data" type="application/json"' in html


def test_addresses_begin_paging_anew():
    query = RequestFactory().get("/?a=1&after=x&before=y").GET
    assert changed(query, a=None) == "?"
    assert changed(query, b="2") == "?a=1&b=2"
    assert next_sort(RequestFactory().get("/?sort=name").GET, "name") == "-name"
