"""Pages of scoring."""

from microcred.scoring import models as models
