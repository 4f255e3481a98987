"""Addresses of the member pages, under /m/: one file per slice."""

from django.urls import include, path

urlpatterns = [
    path("", include("qunlian.member.channel.urls")),
    path("", include("qunlian.member.community.urls")),
    path("", include("qunlian.member.messaging.urls")),
    path("", include("qunlian.member.commerce.urls")),
]
