"""Addresses of the activation pages; each is named after its query or action."""

from django.urls import path

from qunlian.console.activation import nominations, rollouts

urlpatterns = [
    path("nominations", nominations.list_nominations, name="activation_list_nominations"),
    path(
        "stores/<int:store_id>/nominate",
        nominations.nominate_store,
        name="activation_nominate_store",
    ),
    path(
        "nominations/<int:nomination_id>/withdraw",
        nominations.withdraw_nomination,
        name="activation_withdraw_nomination",
    ),
    path("waves", rollouts.list_rollouts, name="activation_list_rollouts"),
    path("waves/new", rollouts.draft_rollout, name="activation_draft_rollout"),
    path("waves/weights", rollouts.set_weights, name="activation_set_weights"),
    path("waves/<int:rollout_id>", rollouts.rollout_card, name="activation_rollout_card"),
    path(
        "waves/<int:rollout_id>/<int:number>",
        rollouts.stores_in_wave,
        name="activation_stores_in_wave",
    ),
    path(
        "waves/<int:rollout_id>/<int:number>/export",
        rollouts.export_wave,
        name="activation_export_wave",
    ),
    path(
        "waves/<int:rollout_id>/<int:number>/open",
        rollouts.open_wave,
        name="activation_open_wave",
    ),
]
