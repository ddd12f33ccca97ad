"""The demo shop: a record shop as a merchant would build one, with the widgets on its pages. In development only."""

from web.shop.routes import shop_routes

__all__ = ["shop_routes"]
