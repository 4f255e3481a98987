"""Addresses of the console: one file per slice."""

from django.urls import include, path

urlpatterns = [
    path("", include("qunlian.console.insight.urls")),
    path("", include("qunlian.console.channel.urls")),
    path("", include("qunlian.console.community.urls")),
    path("", include("qunlian.console.messaging.urls")),
    path("", include("qunlian.console.commerce.urls")),
    path("", include("qunlian.console.activation.urls")),
    path("", include("qunlian.console.platforms.urls")),
]
