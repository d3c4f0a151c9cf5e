"""How gunicorn serves microcred: two workers of four threads, renewed now and then."""

import os

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WORKERS", "2"))
worker_class = "gthread"
threads = 4
preload_app = True
reuse_port = True
control_socket_disable = True
max_requests = 20_000
max_requests_jitter = 2_000
timeout = 60
graceful_timeout = 30
keepalive = 5
accesslog = None
loglevel = "warning"
