"""The style guide, and what makes the member pages installable."""

import json
import re

import pytest
from django.conf import settings
from django.http import Http404
from django.test import RequestFactory
from django.utils.translation import override

from qunlian.site import assets, errors, pwa, style_guide

INLINE = re.compile(
    r"<script(?![^>]*(\bsrc=|application/json))|\sstyle=|\son\w+=|javascript:|hx-on"
)


def get(view, path="/style"):
    return view(RequestFactory().get(path))


@pytest.fixture
def shown(monkeypatch):
    monkeypatch.setenv("QUNLIAN_STYLE_GUIDE", "1")


def test_the_style_guide_is_hidden_unless_asked_for(monkeypatch):
    monkeypatch.delenv("QUNLIAN_STYLE_GUIDE", raising=False)
    with pytest.raises(Http404):
        get(style_guide.style_guide)


def test_no_component_needs_more_than_our_own_scripts_and_styles(shown):
    pages = [get(style_guide.style_guide)]
    parts = ("chats", "chat", "shop", "order")
    pages += [get(style_guide.member_style_guide, f"/style/member?part={part}") for part in parts]
    for page in pages:
        html = page.content.decode()
        assert page.status_code == 200
        assert not INLINE.search(html), INLINE.search(html)


def test_each_id_stands_once_and_each_label_leads_somewhere(shown):
    html = get(style_guide.style_guide).content.decode()
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    for target in re.findall(r'\s(?:for|aria-labelledby|data-dialog)="([^"]+)"', html):
        assert target in ids


def test_the_manifest_starts_in_the_member_pages():
    answer = get(pwa.manifest)
    manifest = json.loads(answer.content)
    assert answer["Content-Type"] == "application/manifest+json"
    assert manifest["scope"] == manifest["start_url"] == "/m/"
    assert {icon["sizes"] for icon in manifest["icons"]} >= {"192x192", "512x512"}


def test_the_worker_keeps_the_shell_only():
    script = get(pwa.worker).content.decode()
    shell = json.loads(re.search(r"const shell = (\[.*?\]);", script).group(1))
    assert shell
    assert all(url.startswith("/static/qunlian/") for url in shell)
    assert "cache.put" not in script


def test_the_offline_page_stands_alone():
    assert get(pwa.offline).status_code == 200


def test_before_a_build_pages_answer_with_plain_names(monkeypatch, tmp_path):
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    assert assets.asset_url("console.css") == "/static/qunlian/console.css"


def test_names_carry_the_hash_of_the_content(monkeypatch, tmp_path):
    (tmp_path / "names.json").write_text('{"a.js": {"file": "a-1.js", "imports": ["b-2.js"]}}')
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    assert assets.asset_url("a.js") == "/static/qunlian/a-1.js"
    assert assets.asset_imports("a.js") == ("/static/qunlian/b-2.js",)
    with pytest.raises(assets.AssetMissing):
        assets.asset_url("c.js")


@pytest.mark.parametrize(
    ("status", "words"),
    [(403, "open too long"), (404, "Nothing here"), (500, "Something went wrong")],
)
def test_error_pages_say_what_to_do(status, words):
    views = {
        403: errors.csrf_failed,
        404: lambda r: errors.not_found(r, Exception()),
        500: errors.failed,
    }
    with override("en"):
        answer = views[status](RequestFactory().get("/x"))
    assert answer.status_code == status
    assert words in answer.content.decode()


@pytest.mark.parametrize(
    ("url", "is_kept"),
    [
        ("/static/qunlian/console-CqhISMfe.css", True),
        ("/static/qunlian/toasts-68ce_-Ry.js", True),
        ("/static/qunlian/mark.svg", False),
        ("/static/qunlian/icon-mask-512.png", False),
    ],
)
def test_only_names_with_a_hash_are_kept_for_ever(url, is_kept):
    assert bool(re.search(settings.WHITENOISE_IMMUTABLE_FILE_TEST, url)) == is_kept
