"""Where each interface hangs. The API's addresses are configured beside, in api_urls.py."""

from django.urls import include, path

from qunlian.site import callbacks, health, style_guide

urlpatterns = [
    path("health/alive", health.alive, name="health_alive"),
    path("health/ready", health.ready, name="health_ready"),
    path("callbacks/<str:platform>/<str:code>/", callbacks.receive, name="receive_callback"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("m/", include("qunlian.site.pwa")),
    path("m/", include("qunlian.member.urls")),
    *style_guide.urlpatterns,
    path("", include("qunlian.console.urls")),
]

handler404 = "qunlian.site.errors.not_found"
handler500 = "qunlian.site.errors.failed"
