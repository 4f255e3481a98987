"""Addresses of the community's phone pages."""

from django.urls import path

from qunlian.member.community import claim, join, rules, store_groups

urlpatterns = [
    path("j/<slug:code>", join.join_group, name="community_join_group"),
    path("j/<slug:code>/way", join.open_way_in, name="community_open_way_in"),
    path("own-groups", store_groups.register_store_group, name="community_register_store_group"),
    path("own-groups/code", store_groups.keep_code, name="member_keep_code"),
    path(
        "own-groups/<int:store_group_id>/tell",
        store_groups.tell_store_group,
        name="community_tell_store_group",
    ),
    path(
        "own-groups/<int:store_group_id>/close",
        store_groups.close_store_group,
        name="community_close_store_group",
    ),
    path("rules", rules.my_rules, name="community_my_rules"),
    path("rules/<int:breach_id>/appeal", rules.appeal_breach, name="community_appeal_breach"),
    path("rules/<int:breach_id>/packet", rules.tell_packet, name="community_tell_packet"),
    path("s/<slug:code>", store_groups.store_group_kit, name="community_store_group_kit"),
    path("s/<slug:code>/code", store_groups.store_group_picture, name="member_store_group_picture"),
    path("claim/<slug:code>", claim.claim_store, name="community_claim_store"),
    path("claim/<slug:code>/me", claim.recognise_member, name="community_recognise_member"),
]
