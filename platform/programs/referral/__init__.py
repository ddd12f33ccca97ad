"""The referral kind: members invite friends by a code, and both are rewarded once the friend's order was kept."""
