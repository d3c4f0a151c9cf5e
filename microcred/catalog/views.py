"""Pages of catalog."""

from microcred.catalog import models as models
