"""Addresses of the commerce pages; each is named after its query or action."""

from django.urls import path

from qunlian.console.commerce import catalogue, ledger, orders, warehouses

urlpatterns = [
    path("orders", orders.list_orders, name="commerce_list_orders"),
    path("orders/export", orders.export_orders, name="commerce_export_orders"),
    path("orders/confirm", orders.confirm_orders, name="commerce_confirm_orders"),
    path("orders/ship", orders.ship_orders, name="commerce_ship_orders"),
    path("orders/board", orders.board, name="commerce_board"),
    path("orders/<int:order_id>", orders.order_card, name="commerce_order_card"),
    path("orders/<int:order_id>/confirm", orders.confirm_order, name="commerce_confirm_order"),
    path("orders/<int:order_id>/ship", orders.ship_order, name="commerce_ship_order"),
    path("orders/<int:order_id>/sign", orders.sign_order, name="commerce_sign_order"),
    path("orders/<int:order_id>/cancel", orders.cancel_order, name="commerce_cancel_order"),
    path("orders/<int:order_id>/refund", orders.refund_order, name="commerce_refund_order"),
    path("products", catalogue.list_products, name="commerce_list_products"),
    path("products/new", catalogue.save_product, name="commerce_new_product"),
    path("products/<int:product_id>", catalogue.product_card, name="commerce_product_card"),
    path("products/<int:product_id>/edit", catalogue.save_product, name="commerce_save_product"),
    path("products/<int:product_id>/price", catalogue.set_price, name="commerce_set_price"),
    path("products/<int:product_id>/stock", catalogue.adjust_stock, name="commerce_adjust_stock"),
    path("products/<int:product_id>/picture", catalogue.picture, name="commerce_product_picture"),
    path("warehouses", warehouses.list_page, name="commerce_list_warehouses"),
    path("warehouses/<int:warehouse_id>", warehouses.card_page, name="commerce_warehouse_card"),
    path(
        "warehouses/<int:warehouse_id>/adjust",
        catalogue.adjust_stock,
        name="commerce_book_stock",
    ),
    path("warehouses/open", catalogue.open_warehouse, name="commerce_open_warehouse"),
    path("ledger", ledger.trial_balance, name="commerce_trial_balance"),
    path("ledger/receivables", ledger.receivables_page, name="commerce_list_receivables"),
    path(
        "ledger/receivables/export",
        ledger.export_receivables,
        name="commerce_export_receivables",
    ),
    path("ledger/reconcile", ledger.reconcile_ledger, name="commerce_reconcile_ledger"),
    path("ledger/accounts", ledger.list_accounts, name="commerce_list_accounts"),
    path("ledger/accounts/export", ledger.export_accounts, name="commerce_export_accounts"),
    path(
        "ledger/accounts/<int:account_id>/export",
        ledger.export_statement,
        name="commerce_export_statement",
    ),
    path("ledger/transfers/export", ledger.export_transfers, name="commerce_export_transfers"),
    path("ledger/accounts/<int:account_id>", ledger.account_card, name="commerce_account_card"),
    path("ledger/transfers", ledger.list_transfers, name="commerce_list_transfers"),
    path("ledger/transfers/<int:transfer_id>", ledger.transfer_card, name="commerce_transfer_card"),
    path(
        "ledger/transfers/<int:transfer_id>/correct",
        ledger.correct_transfer,
        name="commerce_correct_transfer",
    ),
    path("stores/<int:store_id>/payment", ledger.receive_payment, name="commerce_receive_payment"),
    path("stores/<int:store_id>/credit", ledger.set_credit_limit, name="commerce_set_credit_limit"),
]
