"""The process's Prometheus registry and the metrics of the edge; other packages register theirs with the same library.

`prometheus_client.REGISTRY` is the registry, so that lower floors need to know nothing of this one.
"""

from __future__ import annotations

from prometheus_client import REGISTRY, Counter, Histogram

__all__ = ["GRAPHQL_COST", "GRAPHQL_OPERATIONS", "GRAPHQL_SECONDS", "HTTP_REQUESTS", "HTTP_SECONDS", "REGISTRY"]

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

HTTP_REQUESTS = Counter("guerdon_http_requests_total", "Requests answered", ("method", "route", "status"))
HTTP_SECONDS = Histogram("guerdon_http_seconds", "From request to answer", ("route",), buckets=_SECONDS)
GRAPHQL_OPERATIONS = Counter("guerdon_graphql_operations_total", "Operations by outcome", ("schema", "outcome"))
GRAPHQL_SECONDS = Histogram("guerdon_graphql_seconds", "Execution of an operation", ("schema",), buckets=_SECONDS)
GRAPHQL_COST = Counter("guerdon_graphql_cost_total", "Cost that operations had", ("schema",))
