"""Addresses of the channel's phone pages."""

from django.urls import path

from qunlian.member.channel import back

urlpatterns = [path("back/<str:token>", back.use_return_link, name="channel_use_return_link")]
