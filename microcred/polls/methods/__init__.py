"""Ways of voting: METHODS = {slug: method}.

A method is a module with `title`, `ballot` (its template), `form()`, `fill(form, codes)`, `read(form)`,
`explanation(poll)` and `check(codes, options, maximum)`.
"""

from types import ModuleType

from microcred.polls.methods import approve

METHODS: dict[str, ModuleType] = {"approve": approve}
