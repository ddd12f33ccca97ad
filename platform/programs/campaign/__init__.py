"""The campaign kind: for a while, for some members, points are multiplied or added, or a reward is given."""
