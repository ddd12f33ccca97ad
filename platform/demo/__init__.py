"""The demo: a record shop with the real purchases of CDNOW's customers, a coffee roastery and a coalition of four
brands, which are made up; their dates moved up to yesterday.
"""
