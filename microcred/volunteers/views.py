"""Pages of volunteers."""

from microcred.volunteers import models as models
