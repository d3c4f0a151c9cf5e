"""Pages of badges."""

from microcred.badges import models as models
