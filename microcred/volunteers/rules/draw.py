"""By lot, at a moment that was published beforehand."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from microcred.volunteers.models import Call
from microcred.volunteers.rules.order import pick as pick
from microcred.words import moment

title = _l("By lot, at a published moment")


def explanation(call: Call) -> list[str]:
    """How places are given, for those who wait."""
    late = _("Whoever applies later comes after all of these, in the order of application.")
    if call.drawn_at:
        return [
            _(
                "The lots were drawn on %(moment)s. Places are offered in the order drawn.",
                moment=moment(call.drawn_at),
            ),
            _("Your principal’s yes is needed before a place is offered to you."),
            late,
        ]
    return [
        _("The places are drawn by lot on %(moment)s. Until then nobody gets one.", moment=moment(call.draws_at)),
        _(
            "Everyone who has applied by then takes part with the same chance, however early or late; also who still "
            "waits for the principal’s answer."
        ),
        late,
    ]


def gives_places(call: Call) -> bool:
    """Once the lots are drawn."""
    return call.drawn_at is not None
