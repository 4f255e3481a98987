"""Addresses of the shop on the phone; names are the operations' with ``member_`` before."""

from django.urls import path

from qunlian.member.commerce import orders, shop

urlpatterns = [
    path("products", shop.list_offers, name="member_commerce_list_offers"),
    path("products/<int:product_id>", shop.product_offer, name="member_commerce_product_offer"),
    path("orders/new", shop.place_order, name="member_commerce_place_order"),
    path("orders", orders.list_orders, name="member_commerce_list_orders"),
    path("orders/<int:order_id>", orders.order_card, name="member_commerce_order_card"),
    path(
        "orders/<int:order_id>/settle", orders.settle_payment, name="member_commerce_settle_payment"
    ),
    path("orders/<int:order_id>/sign", orders.sign_order, name="member_commerce_sign_order"),
    path("orders/<int:order_id>/cancel", orders.cancel_order, name="member_commerce_cancel_order"),
    path("pay/<str:token>", orders.pay_bill, name="member_commerce_pay_bill"),
]
