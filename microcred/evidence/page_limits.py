"""How much of a long document is looked at here."""

MOST_PAGES = 50
"""So many are shown and searched; whoever wants more of a long document downloads it."""
