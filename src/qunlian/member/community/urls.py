"""Addresses of the community's phone pages."""

from django.urls import path

from qunlian.member.community import claim, join

urlpatterns = [
    path("j/<slug:code>", join.join_group, name="community_join_group"),
    path("j/<slug:code>/way", join.open_way_in, name="community_open_way_in"),
    path("claim/<slug:code>", claim.claim_store, name="community_claim_store"),
    path("claim/<slug:code>/me", claim.recognise_member, name="community_recognise_member"),
]
