"""The demo: a record shop with the real purchases of CDNOW's customers, their dates moved up to yesterday."""
