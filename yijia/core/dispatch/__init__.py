"""Who goes where. `rank` orders candidates for one visit; a whole day's plan has the seam `solve(problem, stop, seed, params)`.

A solver is a function: `solve(problem, stop=…, seed=…, params=…) -> Result`, pure, the same plan for the same seed and
number of iterations. `Problem` is loaded by the dispatch app's queries and the result published by one action.
"""
