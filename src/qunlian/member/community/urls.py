"""Addresses of the community's phone pages."""

from django.urls import path

from qunlian.member.community import join

urlpatterns = [path("j/<slug:code>", join.join_group, name="community_join_group")]
