"""What makes the member pages installable: manifest, service worker, and a page for when there is no line."""

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from qunlian.site import assets

CACHE_SECONDS = 3600


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """Answer the web app manifest: name, icons, where it starts."""
    icons = [
        {"src": static("qunlian/mark.svg"), "sizes": "any", "type": "image/svg+xml"},
        *(
            {
                "src": static(f"qunlian/icon-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
            }
            for size in (192, 512)
        ),
        {
            "src": static("qunlian/icon-mask-512.png"),
            "sizes": "512x512",
            "type": "image/png",
            "purpose": "maskable",
        },
    ]
    response = JsonResponse(
        {
            "name": gettext("Qunlian"),
            "short_name": gettext("Qunlian"),
            "lang": get_language(),
            "id": "/m/",
            "start_url": "/m/",
            "scope": "/m/",
            "display": "standalone",
            "background_color": "#ededed",
            "theme_color": "#ededed",
            "icons": icons,
        },
        content_type="application/manifest+json",
    )
    response["Cache-Control"] = f"max-age={CACHE_SECONDS}"
    return response


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Answer the service worker; its text changes when an asset does, so that browsers fetch it anew."""
    names = ("member.css", "member.js", "icons.svg")
    built = [assets.asset_url(name) for name in names if assets.is_built(name)]
    shell = [*built, *assets.asset_imports("member.js"), static("qunlian/mark.svg")]
    values = {
        "shell": json.dumps(shell),
        "static": json.dumps(static("qunlian/")),
        "offline": json.dumps(reverse("member_offline")),
    }
    response = render(request, "site/worker.js", values, content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Show that there is no connection; kept by the service worker."""
    return render(request, "member/offline.html")


urlpatterns: list[URLPattern] = [
    path("manifest.webmanifest", manifest, name="member_manifest"),
    path("worker.js", worker, name="member_worker"),
    path("offline", offline, name="member_offline"),
]
