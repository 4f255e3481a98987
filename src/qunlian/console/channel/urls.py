"""Addresses of the channel pages; each is named after its query or action."""

from django.urls import URLPattern, URLResolver, include, path

from qunlian.console.channel import (
    account,
    choices,
    handles,
    identity,
    journal,
    log_in,
    people,
    store_page,
    stores,
    trees,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("qunlian.console.channel.import_urls")),
    path("login", log_in.log_in, name="channel_log_in"),
    path("logout", log_in.log_out, name="channel_log_out"),
    path("account", account.my_account, name="channel_my_account"),
    path("account/password", account.change_password, name="channel_change_password"),
    path("account/sessions/end", account.end_session, name="channel_end_session"),
    path("account/keys", account.make_api_token, name="channel_make_api_token"),
    path(
        "account/keys/<int:token_id>/revoke",
        account.revoke_api_token,
        name="channel_revoke_api_token",
    ),
    path("accounts", account.list_accounts, name="channel_list_accounts"),
    path("accounts/open", account.open_account, name="channel_open_account"),
    path(
        "accounts/<int:account_id>/deactivate",
        account.deactivate_account,
        name="channel_deactivate_account",
    ),
    path(
        "accounts/<int:account_id>/password", account.reset_password, name="channel_reset_password"
    ),
    path("choices/<slug:kind>/<slug:name>", choices.list_choices, name="channel_list_choices"),
    path("stores", stores.list_stores, name="channel_list_stores"),
    path("stores/export", stores.export_stores, name="channel_export_stores"),
    path("stores/tag", stores.tag_stores, name="channel_tag_stores"),
    path("stores/enter", stores.upsert_store, name="channel_upsert_store"),
    path("stores/<int:store_id>", store_page.store_page, name="channel_store_page"),
    path("stores/<int:store_id>/enter", stores.upsert_store, name="channel_upsert_store"),
    path("stores/<int:store_id>/close", stores.close_store, name="channel_close_store"),
    path(
        "stores/<int:store_id>/people/<int:person_id>/return",
        store_page.make_return_link,
        name="channel_make_return_link",
    ),
    path("people/duplicates", identity.list_page, name="channel_list_likely_duplicates"),
    path("people/duplicates/look", identity.look, name="channel_look_for_duplicates"),
    path("people/duplicates/<int:duplicate_id>/apart", identity.apart, name="channel_tell_apart"),
    path("people/<int:person_id>", identity.person_page, name="channel_person_page"),
    path("people/<int:person_id>/contact", stores.view_contact, name="channel_view_contact"),
    path("territories", trees.list_territories, name="channel_list_territories"),
    path("territories/add", trees.add_territory, name="channel_add_territory"),
    path(
        "territories/without-rep",
        trees.patches_without_rep,
        name="channel_patches_without_rep",
    ),
    path("territories/<int:territory_id>", trees.territory_page, name="channel_territory_page"),
    path(
        "territories/<int:territory_id>/children",
        trees.territory_children,
        name="channel_territory_children",
    ),
    path(
        "territories/<int:territory_id>/rename",
        trees.rename_territory,
        name="channel_rename_territory",
    ),
    path(
        "territories/<int:territory_id>/move", trees.move_territory, name="channel_move_territory"
    ),
    path(
        "territories/<int:territory_id>/assign",
        trees.assign_territory,
        name="channel_assign_territory",
    ),
    path("distributors", trees.list_distributors, name="channel_list_distributors"),
    path("distributors/add", trees.add_distributor, name="channel_add_distributor"),
    path(
        "distributors/<int:distributor_id>",
        trees.distributor_page,
        name="channel_distributor_page",
    ),
    path(
        "distributors/<int:distributor_id>/children",
        trees.distributor_children,
        name="channel_distributor_children",
    ),
    path(
        "distributors/<int:distributor_id>/edit",
        trees.edit_distributor,
        name="channel_edit_distributor",
    ),
    path(
        "distributors/<int:distributor_id>/move",
        trees.move_distributor,
        name="channel_move_distributor",
    ),
    path("staff", people.list_staff, name="channel_list_staff"),
    path("staff/accounts", handles.staff_handles, name="channel_staff_handles"),
    path("staff/accounts/<int:handle_id>", handles.tie_handle, name="channel_tie_handle"),
    path("staff/add", people.add_staff, name="channel_add_staff"),
    path("staff/<int:staff_id>", people.staff_page, name="channel_staff_page"),
    path("staff/<int:staff_id>/edit", people.edit_staff, name="channel_edit_staff"),
    path("audit", journal.read_audit, name="channel_read_audit"),
    path("audit/export", journal.export_audit, name="channel_export_audit"),
]
