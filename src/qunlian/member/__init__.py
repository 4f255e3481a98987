"""Phone pages (H5) for store owners, advocates and consumers: join, chat, order, me."""
