"""Addresses of the channel pages; each is named after its query or action."""

from django.urls import URLPattern, URLResolver, path

from qunlian.console.channel import log_in

urlpatterns: list[URLPattern | URLResolver] = [
    path("login", log_in.log_in, name="channel_log_in"),
    path("logout", log_in.log_out, name="channel_log_out"),
]
