"""What `flask` and `gunicorn app:app` load."""

from microcred import create_app

app = create_app()
