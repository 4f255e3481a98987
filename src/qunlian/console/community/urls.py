"""Addresses of the community pages; each is named after its query or action."""

from django.urls import path

from qunlian.console.community import (
    bindings,
    breaches,
    comparisons,
    coverage,
    doors,
    group_page,
    groups,
    handover,
    invitations,
    layer_gaps,
    layers,
    personal,
    plan_groups,
    plan_map,
    plan_moves,
    plan_wizard,
    plans,
    rooms,
    store_groups,
    task_terms,
    tasks,
)

_GROUP = "groups/<int:group_id>"
_SHEET = "rooms/sheets/<int:sheet_id>"
_BREACH = "breaches/<int:breach_id>"
_TASK = "tasks/<int:task_id>"
_COMPARISON = "plans/comparisons/<int:comparison_id>"

urlpatterns = [
    path("rooms", rooms.list_rooms, name="community_list_rooms"),
    path("rooms/twice", rooms.sat_twice, name="community_sat_twice"),
    path("rooms/register", personal.register_room, name="community_register_room"),
    path("rooms/sheets", personal.read_room_sheet, name="community_read_room_sheet"),
    path(
        "rooms/sheets/template", personal.room_sheet_template, name="community_room_sheet_template"
    ),
    path(_SHEET, personal.room_sheet, name="community_room_sheet"),
    path(f"{_SHEET}/take", personal.take_in_room_sheet, name="community_take_in_room_sheet"),
    path(
        f"{_SHEET}/problems", personal.export_sheet_problems, name="community_export_sheet_problems"
    ),
    path("rooms/bind", bindings.list_groups_to_bind, name="community_list_groups_to_bind"),
    path("rooms/look", rooms.look_for_rooms, name="community_look_for_rooms"),
    path("rooms/adopt", rooms.adopt_rooms, name="community_adopt_rooms"),
    path("rooms/aside", rooms.set_rooms_aside, name="community_set_rooms_aside"),
    path("rooms/<int:room_id>", rooms.room_card, name="community_room_card"),
    path("plans", plans.list_plans, name="community_list_plans"),
    path("plans/new", plan_wizard.draft_plan, name="community_draft_plan"),
    path("plans/preview", plan_wizard.preview_plan, name="community_preview_plan"),
    path("plans/<int:plan_id>", plans.plan_card, name="community_plan_card"),
    path("plans/<int:plan_id>/progress", plans.plan_progress, name="community_plan_progress"),
    path("plans/<int:plan_id>/approve", plans.approve_plan, name="community_approve_plan"),
    path("plans/<int:plan_id>/apply", plans.apply_plan, name="community_apply_plan"),
    path("plans/<int:plan_id>/cancel", plans.cancel_plan, name="community_cancel_plan"),
    path("plans/<int:plan_id>/reopen", plans.reopen_plan, name="community_reopen_plan"),
    path("plans/<int:plan_id>/moves", plan_moves.list_moves, name="community_list_moves"),
    path(
        "plans/<int:plan_id>/moves/export", plan_moves.export_moves, name="community_export_moves"
    ),
    path(
        "plans/<int:plan_id>/moves/decline",
        plan_moves.decline_moves,
        name="community_decline_moves",
    ),
    path(
        "plans/<int:plan_id>/moves/choose", plan_moves.choose_moves, name="community_choose_moves"
    ),
    path(
        "plans/<int:plan_id>/groups/<int:number>",
        plan_groups.plan_group_card,
        name="community_plan_group_card",
    ),
    path(
        "plans/<int:plan_id>/groups/<int:number>/move",
        plan_groups.move_stores,
        name="community_move_stores",
    ),
    path(
        "plans/<int:plan_id>/groups/<int:number>/merge",
        plan_groups.merge_plan_groups,
        name="community_merge_plan_groups",
    ),
    path(
        "plans/<int:plan_id>/groups/<int:number>/split",
        plan_groups.split_plan_group,
        name="community_split_plan_group",
    ),
    path(
        "plans/<int:plan_id>/groups/<int:number>/rename",
        plan_groups.rename_plan_group,
        name="community_rename_plan_group",
    ),
    path(
        "plans/<int:plan_id>/groups/<int:number>/staff",
        plan_groups.staff_plan_group,
        name="community_staff_plan_group",
    ),
    path("plans/<int:plan_id>/map", plan_map.plan_map, name="community_plan_map"),
    path("plans/compare", comparisons.compare_plans, name="community_compare_plans"),
    path(_COMPARISON, comparisons.comparison_card, name="community_comparison_card"),
    path(
        f"{_COMPARISON}/progress",
        comparisons.comparison_progress,
        name="community_comparison_progress",
    ),
    path(
        f"{_COMPARISON}/groups",
        comparisons.list_compared_groups,
        name="community_list_compared_groups",
    ),
    path(
        f"{_COMPARISON}/stores",
        comparisons.list_compared_stores,
        name="community_list_compared_stores",
    ),
    path(
        f"{_COMPARISON}/stores/export",
        comparisons.export_compared_stores,
        name="community_export_compared_stores",
    ),
    path(
        f"{_COMPARISON}/people",
        comparisons.list_compared_loads,
        name="community_list_compared_loads",
    ),
    path("groups/appeals", breaches.list_appeals, name="community_list_appeals"),
    path(f"{_GROUP}/breaches/new", breaches.note_breach, name="community_note_breach"),
    path(f"{_BREACH}/lift", breaches.lift_breach, name="community_lift_breach"),
    path(f"{_BREACH}/decide", breaches.decide_appeal, name="community_decide_appeal"),
    path("layers", layers.list_layers, name="community_list_layers"),
    path("layers/<slug:layer>", layers.change_layer, name="community_change_layer"),
    path("groups/loads", layers.list_loads, name="community_list_loads"),
    path("groups/loads/export", layers.export_loads, name="community_export_loads"),
    path("groups", groups.list_groups, name="community_list_groups"),
    path("groups/export", groups.export_groups, name="community_export_groups"),
    path(_GROUP, group_page.view_group, name="community_view_group"),
    path(f"{_GROUP}/rename", groups.rename_group, name="community_rename_group"),
    path(f"{_GROUP}/rules", groups.change_group_rules, name="community_change_group_rules"),
    path(f"{_GROUP}/retire", groups.retire_group, name="community_retire_group"),
    path(
        f"{_GROUP}/accounts/<int:handle_id>/bind",
        bindings.bind_member,
        name="community_bind_member",
    ),
    path(
        f"{_GROUP}/accounts/<int:handle_id>/unbind",
        bindings.unbind_member,
        name="community_unbind_member",
    ),
    path(f"{_GROUP}/tell", personal.tell_room, name="community_tell_room"),
    path(f"{_GROUP}/claims", bindings.ask_for_claims, name="community_ask_for_claims"),
    path(f"{_GROUP}/members/remove", groups.remove_member, name="community_remove_member"),
    path(f"{_GROUP}/steward", groups.change_steward, name="community_change_steward"),
    path(
        "staff/<int:staff_id>/hand-over",
        handover.review_handover,
        name="community_review_handover",
    ),
    path(
        "staff/<int:staff_id>/hand-over/do",
        handover.hand_over_staff,
        name="community_hand_over_staff",
    ),
    path("tasks", tasks.list_tasks, name="community_list_tasks"),
    path("tasks/times", task_terms.set_task_terms, name="community_set_task_terms"),
    path(_TASK, tasks.task_card, name="community_task_card"),
    path(f"{_TASK}/finish", tasks.finish_task, name="community_finish_task"),
    path(f"{_TASK}/take-back", tasks.take_back_answer, name="community_take_back_answer"),
    path(f"{_TASK}/reassign", tasks.reassign_task, name="community_reassign_task"),
    path(f"{_TASK}/remind", tasks.remind_task, name="community_remind_task"),
    path(
        "groups/requests/<int:request_id>/again",
        tasks.ask_request_again,
        name="community_ask_request_again",
    ),
    path("doors", doors.list_doors, name="community_list_doors"),
    path("doors/open", doors.open_door, name="community_open_door"),
    path("doors/<int:door_id>/close", doors.close_door, name="community_close_door"),
    path("invitations/posters", invitations.posters, name="community_posters"),
    path("invitations/posters/make", invitations.make_posters, name="community_make_posters"),
    path("invitations/posters/files", invitations.poster_files, name="community_poster_files"),
    path(
        "invitations/posters/<int:poster_run_id>.pdf",
        invitations.poster_pdf,
        name="community_poster_pdf",
    ),
    path("invitations/links", invitations.export_join_links, name="community_export_join_links"),
    path("coverage", coverage.coverage, name="community_coverage"),
    path("coverage/store-groups", store_groups.store_groups, name="community_store_groups"),
    path("coverage/export", coverage.export_coverage, name="community_export_coverage"),
    path("coverage/stores", coverage.list_uncovered_stores, name="community_list_uncovered_stores"),
    path("coverage/not-bound", coverage.list_unbound_stores, name="community_list_unbound_stores"),
    path(
        "coverage/stores/export",
        coverage.export_uncovered_stores,
        name="community_export_uncovered_stores",
    ),
    path(
        "coverage/distributors",
        layer_gaps.list_ungrouped_distributors,
        name="community_list_ungrouped_distributors",
    ),
    path(
        "coverage/distributors/export",
        layer_gaps.export_ungrouped_distributors,
        name="community_export_ungrouped_distributors",
    ),
    path(
        "coverage/districts",
        layer_gaps.list_unseeded_districts,
        name="community_list_unseeded_districts",
    ),
    path(
        "coverage/districts/export",
        layer_gaps.export_unseeded_districts,
        name="community_export_unseeded_districts",
    ),
]
