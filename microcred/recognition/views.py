"""Pages of recognition."""

from microcred.recognition import models as models
