"""Pages of polls."""

from microcred.polls import models as models
