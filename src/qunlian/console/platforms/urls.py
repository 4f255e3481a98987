"""Addresses of the pages about platforms; each is named after its query or action."""

from django.urls import path

from qunlian.console.platforms import beside, log_in, setup

urlpatterns = [
    path("login/by/<slug:platform>", log_in.begin_log_in, name="channel_begin_log_in"),
    path("login/from/<slug:platform>", log_in.log_in_by_handle, name="channel_log_in_by_handle"),
    path("beside/<slug:platform>", beside.beside_chat, name="community_beside_chat"),
    path("beside/<slug:platform>/sign", beside.sign_page, name="community_sign_page"),
    path("beside/<slug:platform>/files/<str:token>", beside.lend_file, name="community_lend_file"),
    path(
        "beside/<slug:platform>/tasks/<int:task_id>",
        beside.answer_beside_chat,
        name="community_answer_beside_chat",
    ),
    path("platforms", setup.list_platforms, name="channel_list_platforms"),
    path("platforms/<slug:platform>", setup.platform_page, name="channel_platform_page"),
    path("platforms/<slug:platform>/enter", setup.set_up_platform, name="channel_set_up_platform"),
    path(
        "platforms/<slug:platform>/keys",
        setup.renew_callback_keys,
        name="channel_renew_callback_keys",
    ),
]
