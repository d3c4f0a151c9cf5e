"""Pages of pilots."""

from microcred.pilots import models as models
