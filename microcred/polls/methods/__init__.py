"""Ways of voting: METHODS = {slug: method}.

A method is a module with

- `title`, `ballot` (its template) and `counts_by`: "coverage", "transfer" or "dots";
- `usual(options)`: how many one may choose where a poll does not say;
- `form()`, `fill(form, marks)` and `read(form, poll) -> Marks`, which refuses what cannot be read;
- `check(marks, options, poll)`, which refuses what the poll does not take; `options` are its codes;
- `arranged(codes, options)`: the codes as `Ballot.choice` keeps them;
- `instruction(poll)` and `explanation(poll)`: what a voter does, and how it is counted.

Whatever the method, a ballot approves `frozenset(ballot.choice)`; a blank one has no codes.
"""

from types import ModuleType

from microcred.polls.methods import approve, dots, rank

METHODS: dict[str, ModuleType] = {"approve": approve, "rank": rank, "dots": dots}
