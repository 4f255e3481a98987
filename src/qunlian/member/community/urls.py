"""Addresses of the community's phone pages."""

from django.urls import path

from qunlian.member.community import claim, join

urlpatterns = [
    path("j/<slug:code>", join.join_group, name="community_join_group"),
    path("claim/<slug:code>", claim.claim_store, name="community_claim_store"),
    path("claim/<slug:code>/me", claim.recognise_member, name="community_recognise_member"),
]
