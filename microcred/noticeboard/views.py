"""Pages of noticeboard."""

from microcred.noticeboard import models as models
