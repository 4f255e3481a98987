"""Addresses of the chats; each is named after its query or action."""

from django.urls import path
from django.views.generic import RedirectView

from qunlian.member.messaging import chats, data, me

urlpatterns = [
    path("", chats.my_chats_page, name="messaging_my_chats"),
    path("chats", RedirectView.as_view(pattern_name="messaging_my_chats")),
    path("chats/<int:group_id>", chats.chat_page, name="messaging_chat_head"),
    path("chats/<int:group_id>/messages", data.messages, name="messaging_messages_before"),
    path("chats/<int:group_id>/changes", data.changes, name="messaging_changes_after"),
    path("chats/<int:group_id>/about", chats.about_page, name="messaging_about_chat"),
    path("chats/<int:group_id>/search", chats.search_page, name="messaging_search_messages"),
    path("chats/<int:group_id>/people", data.people, name="messaging_people_in_chat"),
    path("chats/<int:group_id>/post", data.post, name="messaging_post_message"),
    path("chats/<int:group_id>/media", data.upload, name="messaging_upload_media"),
    path("chats/<int:group_id>/seen", data.seen, name="messaging_mark_seen"),
    path("chats/<int:group_id>/recall/<int:seq>", data.recall, name="messaging_recall_message"),
    path(
        "chats/<int:group_id>/answer/<int:broadcast_id>",
        data.answer,
        name="messaging_answer_question",
    ),
    path("media/<str:token>", data.media, name="messaging_media_file"),
    path("ticket", data.ticket, name="messaging_issue_ticket"),
    path("me", me.me_page, name="member_me"),
    path("lost", me.lost_page, name="member_lost"),
]
