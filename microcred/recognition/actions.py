"""The verbs of recognition under one name: giveaways, who is thanked, and handing out."""

from microcred.accounts.models import Account
from microcred.history import record
from microcred.recognition.acknowledging import acknowledge as acknowledge
from microcred.recognition.answering import accept_after_all as accept_after_all
from microcred.recognition.answering import decline as decline
from microcred.recognition.giveaways import archive_giveaway as archive_giveaway
from microcred.recognition.giveaways import change_giveaway as change_giveaway
from microcred.recognition.giveaways import create_giveaway as create_giveaway
from microcred.recognition.handing import Handed as Handed
from microcred.recognition.handing import give as give
from microcred.recognition.handing import give_all as give_all
from microcred.recognition.handing import owe as owe
from microcred.recognition.ledger import receive_stock as receive_stock
from microcred.recognition.thanking import thank as thank
from microcred.recognition.thanking import thank_all as thank_all
from microcred.recognition.undoing import undo_hand_out as undo_hand_out


def note_download(narrowed: dict[str, str], *, by: Account) -> None:
    """Keep in the history that somebody took the log of hand-outs along, and what it was narrowed to."""
    record(by, "downloaded hand-outs", by, **narrowed)
