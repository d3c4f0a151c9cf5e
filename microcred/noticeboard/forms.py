"""The shape of what is typed on the noticeboard."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from microcred.fields import LineField, ProseField, choices, required
from microcred.noticeboard.models import Post, PostKind
from microcred.web import Form

LONGEST = 5000
MARKDOWN = _l("Markdown works: **bold**, *italic*, lists with a hyphen.")


class AnnouncementForm(Form):
    """Something to tell the whole pilot."""

    title = LineField(_l("Title"), 160)
    text = ProseField(_l("Text"), LONGEST, description=MARKDOWN)


class PostForm(Form):
    """A challenge or a win."""

    kind = RadioField(
        _l("What is it?"),
        [required],
        choices=choices({PostKind.CHALLENGE.value: _l("a challenge"), PostKind.WIN.value: _l("a win")}),
        default=PostKind.CHALLENGE.value,
    )
    text = ProseField(_l("What happened?"), LONGEST, description=MARKDOWN)


class ReplyForm(Form):
    """A reply."""

    text = ProseField(_l("Your reply"), LONGEST)

    def under(self, thread: Post) -> "ReplyForm":
        """Give the field an id of its own among those of other threads; returns the form."""
        self.text.id = f"reply-to-{thread.id}"
        self.text.label.field_id = self.text.id
        return self
