"""What is counted while a service runs, in the words of Prometheus."""

from prometheus_client import Counter, Gauge, Histogram

LATENCY_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

REQUESTS = Counter("claims_http_requests", "HTTP requests answered", ["method", "route", "status"])
REQUEST_SECONDS = Histogram(
    "claims_http_request_seconds", "Time to answer an HTTP request", ["route"], buckets=LATENCY_BUCKETS
)
APPENDED = Counter("claims_log_appended", "Events appended to the own log")
RELAY_BACKLOG = Gauge("claims_relay_backlog", "Events in the own log that the topic does not have yet", ["shard"])
APPLIED = Counter("claims_consumer_applied", "Events of another log taken in", ["source"])
CONSUMER_LAG = Gauge(
    "claims_consumer_lag", "Events of another log known to exist and not taken in yet", ["source", "shard"]
)
HEALED = Counter("claims_consumer_healed", "Events taken from the feed because the topic missed them", ["source"])
RETRIES = Counter("claims_retries", "Transient failures that were tried again", ["task"])
PARKED = Gauge("claims_parked", "Events set aside until somebody decides", ["source"])
JOB_FAILURES = Counter("claims_job_failures", "Runs of a job that failed", ["job"])
SERVICE_TOKEN_SECONDS = Gauge(
    "claims_service_token_expires_seconds", "How long the token is still good that this service shows to its peers"
)
UNSEALED_DAYS = Gauge("claims_unsealed_days", "Business days that ended and have no seal yet (the ledger knows)")
