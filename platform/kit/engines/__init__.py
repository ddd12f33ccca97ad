"""Tortoise engines of our own: the same clients, with transactions that begin the way our hot path needs."""
