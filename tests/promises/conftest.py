"""The promises are kept on the running application, by the merchants of the cases."""

from tests.cases.conftest import configured, http, merchant, open_shop, wake

__all__ = ["configured", "http", "merchant", "open_shop", "wake"]
