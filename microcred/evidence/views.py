"""Pages of evidence."""

from microcred.evidence import models as models
