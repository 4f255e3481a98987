"""Addresses of the message pages; each is named after its query or action."""

from django.urls import URLPattern, URLResolver, path

from qunlian.console.messaging import broadcasts, compose, decay, identity, relays, results

urlpatterns: list[URLPattern | URLResolver] = [
    path("people/<int:person_id>/merge", identity.merge, name="messaging_merge_people"),
    path("people/merges/<int:merge_id>/undo", identity.unmerge, name="messaging_unmerge_people"),
    path("broadcasts", broadcasts.list_page, name="messaging_list_broadcasts"),
    path("broadcasts/new", compose.compose_page, name="messaging_compose_broadcast"),
    path("broadcasts/size", compose.size_part, name="messaging_slice_size"),
    path("broadcasts/choices/<str:kind>", compose.choices_part, name="messaging_choices"),
    path("broadcasts/picture", compose.upload_part, name="messaging_upload_media"),
    path("broadcasts/<int:broadcast_id>", broadcasts.card_page, name="messaging_broadcast_card"),
    path(
        "broadcasts/<int:broadcast_id>/edit",
        compose.compose_page,
        name="messaging_compose_broadcast",
    ),
    path(
        "broadcasts/<int:broadcast_id>/progress",
        broadcasts.progress_part,
        name="messaging_broadcast_progress",
    ),
    path("broadcasts/<int:broadcast_id>/send", broadcasts.send, name="messaging_send_broadcast"),
    path("broadcasts/<int:broadcast_id>/pause", broadcasts.pause, name="messaging_pause_broadcast"),
    path(
        "broadcasts/<int:broadcast_id>/resume", broadcasts.resume, name="messaging_resume_broadcast"
    ),
    path(
        "broadcasts/<int:broadcast_id>/cancel", broadcasts.cancel, name="messaging_cancel_broadcast"
    ),
    path(
        "broadcasts/<int:broadcast_id>/retry", broadcasts.retry, name="messaging_retry_deliveries"
    ),
    path(
        "broadcasts/<int:broadcast_id>/result",
        results.result_page,
        name="messaging_broadcast_result",
    ),
    path(
        "broadcasts/<int:broadcast_id>/result/export",
        results.export_page,
        name="messaging_export_receipts",
    ),
    path(
        "broadcasts/<int:broadcast_id>/groups/<int:group_id>",
        results.people_page,
        name="messaging_view_receipts",
    ),
    path(
        "broadcasts/<int:broadcast_id>/groups/<int:group_id>/export",
        results.export_page,
        name="messaging_export_receipts",
    ),
    path("broadcasts/<int:broadcast_id>/decay", decay.decay_page, name="messaging_broadcast_decay"),
    path(
        "broadcasts/<int:broadcast_id>/remind/<int:staff_id>",
        decay.remind_staff,
        name="messaging_remind_staff",
    ),
    path("decay", decay.newest_decay, name="messaging_decay"),
    path("relays", relays.list_page, name="messaging_my_relays"),
    path("relays/<int:relay_id>", relays.task_page, name="messaging_relay_task"),
    path("relays/<int:relay_id>/answer", relays.answer, name="messaging_answer_relay"),
    path("relays/<int:relay_id>/pass", relays.hand_on, name="messaging_pass_on"),
]
